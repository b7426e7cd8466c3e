"""Forms about how a person is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.actions import Choosing
from notifications.actions.preferring import MannerChanges
from notifications.kinds import Channel, Kind
from notifications.models import Manner
from notifications.queries import Choice

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MannerForm(forms.ModelForm[Manner]):
    """Quiet hours, digest, amounts on locked screens."""

    class Meta:
        model = Manner
        fields = ["quiet_from", "quiet_until", "digest", "amounts"]
        widgets = {"quiet_from": CLOCK, "quiet_until": CLOCK}
        help_texts = {
            "quiet_from": _("What comes then waits until they end."),
            "digest": _("A bank that needs you and new sign-ins are always told at once."),
            "amounts": _("They can be read on a locked screen."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None) and not self.errors:
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or neither."))
        return cleaned

    def manner(self) -> MannerChanges:
        """What `choose` takes, of a valid form."""
        return cast(MannerChanges, dict(self.cleaned_data)) if self.has_changed() else {}


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of the table."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    cells: tuple[Cell, ...]


def table(choices: list[Choice], channels: list[Channel]) -> list[Row]:
    """The boxes: a row for each kind, a cell for each channel."""
    return [
        Row(each.kind, tuple(Cell(name_of(each.kind, to), str(to.label), to in each.on) for to in channels))
        for each in choices
    ]


def name_of(kind: Kind, channel: Channel) -> str:
    return f"{kind.name}:{channel.value}"


def ticked(given: Any, choices: list[Choice], channels: list[Channel]) -> Iterator[Choosing]:
    """What differs from what is stored; a box that was not sent is off."""
    for each in choices:
        for channel in channels:
            on = name_of(each.kind, channel) in given
            if on != (channel in each.on):
                yield Choosing(each.kind.name, channel.value, on)


class PhoneForm(forms.Form):
    number = forms.RegexField(
        r"^\+[1-9][0-9 ()./-]{6,24}$",
        label=_("Phone number"),
        help_text=_("With its country, such as +44 1632 960001."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_number(self) -> str:
        number = "+" + "".join(c for c in self.cleaned_data["number"] if c.isdecimal() and c.isascii())
        if not 9 <= len(number) <= 16:
            raise forms.ValidationError(_("This is no phone number."))
        return number


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
