"""Forms about people and books; pages and the sign-up endpoint share them."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import wishes, zones
from accounts.currencies import choices as currency_choices
from accounts.days import is_fiscal_start
from accounts.locales import choices as locale_choices
from accounts.models import Book, BookKind, Role, User
from accounts.offering import keep_stored
from accounts.plain import plain_text
from accounts.shown import AsShown

FISCAL_START = {"fiscal_month", "fiscal_day"}


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone by its region and city."""
    names = sorted(n for n in zones.names() if "/" in n and not n.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class SignupForm(forms.Form):
    """What we ask beyond e-mail and password. Only the name is shown; a browser or client may add the rest."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        validators=[plain_text],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    currency = forms.RegexField(r"^[A-Z]{3}$", required=False, widget=forms.HiddenInput)
    business_name = forms.CharField(required=False, max_length=100, validators=[plain_text], widget=forms.HiddenInput)
    fiscal_year_start = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    field_order = ["name", "email", "password1"]

    def clean_fiscal_year_start(self) -> tuple[int, int]:
        return fiscal_start(self.cleaned_data["fiscal_year_start"] or "01-01")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the new user; the books are opened right after it."""
        locale = wishes.guessed_locale(request)
        user.name, user.locale = self.cleaned_data["name"], locale
        user.save(update_fields=["name", "locale"])
        request.book_wishes = wishes.Wishes(  # type: ignore[attr-defined]  # read by accounts.first_books
            locale=locale,
            currency=self.cleaned_data["currency"] or wishes.currency_of(locale),
            time_zone=wishes.known_zone(self.cleaned_data["time_zone"]),
            business_name=self.cleaned_data["business_name"],
            fiscal_year_start=self.cleaned_data["fiscal_year_start"],
        )


def fiscal_start(text: str) -> tuple[int, int]:
    """Month and day of `04-06` or `2026-04-06`; raise ValidationError."""
    match = re.fullmatch(r"(?:\d{4}-)?(\d\d)-(\d\d)", text)
    if match is None or not is_fiscal_start(int(match[1]), int(match[2])):
        raise forms.ValidationError(_("Give a month and a day of the year, such as 04-06."), code="day")
    return int(match[1]), int(match[2])


class ProfileForm(AsShown, forms.ModelForm[User]):
    """A person's own name and how amounts and dates are written for them."""

    locale = forms.ChoiceField(
        label=_("Amounts and dates as in"),
        choices=locale_choices,
        help_text=_("How they are written. The words stay English."),
    )

    class Meta:
        model = User
        fields = ["name", "locale"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        keep_stored(self, "locale")

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class BookForm(AsShown, forms.ModelForm[Book]):
    """A book's name, currency, fiscal year start and time zone."""

    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = Book
        fields = ["name", "currency", "fiscal_month", "fiscal_day", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        keep_stored(self, "currency", "time_zone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        month, day = cleaned.get("fiscal_month"), cleaned.get("fiscal_day")
        if month and day and not is_fiscal_start(month, day):
            self.add_error("fiscal_day", _("This month has no such day."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What was changed; the start of the fiscal year as a whole."""
        changed = set(self.changed_data)
        if changed & FISCAL_START:
            changed |= FISCAL_START
        return {name: self.cleaned_data[name] for name in changed}


class NewBookForm(BookForm):
    """As BookForm, and for whom the book is."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(k.value, k.label) for k in (BookKind.HOUSEHOLD, BookKind.BUSINESS, BookKind.PERSONAL)],
    )

    field_order = ["kind", "name"]


class InvitationForm(forms.Form):
    """Whom to invite, and what they may do."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)
