"""The parts of a split as a person types them, and what is owed of a purchase."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.plain import plain_text
from banking.actions import Part
from banking.actions.dividing import MOST_PARTS
from banking.forms.amounts import AmountInput
from banking.models import Category, Transaction
from banking.money import PLACES, places_of
from banking.queries.categorising import category_rows

AMOUNT, PERCENT, REST = "amount", "percent", "rest"
HOW = [(AMOUNT, _("Amount")), (PERCENT, _("Percent")), (REST, _("The rest"))]
LARGEST_ID = 2**63 - 1
EMPTY_ROWS = 2


class PartForm(forms.Form):
    """One part. Its size has no sign: a minus means against the direction of the whole."""

    part = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=LARGEST_ID)
    how = forms.ChoiceField(label=_("How much"), choices=HOW, initial=AMOUNT)
    size = AmountInput(label=_("Size"), required=False, max_digits=18, decimal_places=PLACES)
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none())
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, validators=[plain_text])

    def __init__(self, *args: Any, categories: Any, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]  # it has one

    @property
    def is_meant(self) -> bool:
        """Whether it is a part at all: without a size it is left out."""
        return self.cleaned_data.get("how") == REST or self.cleaned_data.get("size") is not None

    def told(self, *, sign: int) -> Part:
        """What `actions.split` takes, of a valid form."""
        given = self.cleaned_data
        size: Decimal | None = given.get("size")
        return Part(
            amount=size * sign if given["how"] == AMOUNT and size is not None else None,
            percent=size if given["how"] == PERCENT else None,
            remainder=given["how"] == REST,
            category=given["category"],
            note=given["note"],
            pk=given["part"],
        )


class SplitForm(forms.Form):
    """A transaction and its parts: those that it has, or the whole as the rest and an empty one."""

    def __init__(self, *args: Any, row: Transaction, parts: list[Transaction], rest: int | None, **kwargs: Any) -> None:
        """`parts` are those that are there, `rest` is the id of the one that takes the rest."""
        super().__init__(*args, **kwargs)
        self.row, self.there = row, parts
        self.sign = -1 if row.amount < 0 else 1
        kept = {each.category_id for each in (row, *parts)}
        self.rows = formset_factory(PartForm, extra=0, max_num=MOST_PARTS)(
            self.data if self.is_bound else None,
            prefix="part",
            auto_id=str(self.auto_id),
            initial=[self._shown(each, rest) for each in parts] or self._fresh(),
            form_kwargs={"categories": category_rows(book=row.book, kept=kept)},
        )

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    def clean(self) -> dict[str, Any]:
        """Refuse a rest that would turn against the whole unless a minus was typed, which means that it should."""
        meant = [each.cleaned_data for each in self.rows if each.is_valid() and each.is_meant]
        sizes = [self._size(part["how"], part["size"]) for part in meant if part["how"] != REST]
        if len(sizes) < len(meant) and sum(sizes) > self.whole and min(sizes) >= 0:
            raise forms.ValidationError(_("The parts come to more than the whole. Make one of them smaller."))
        return self.cleaned_data

    def _size(self, how: str, size: Decimal) -> Decimal:
        return self.whole * size / 100 if how == PERCENT else size

    @property
    def whole(self) -> Decimal:
        """The size of what is divided."""
        amount: Decimal = self.row.amount
        return abs(amount)

    @property
    def places(self) -> int:
        """How many the currency has."""
        return places_of(self.row.currency)

    @property
    def left(self) -> Decimal | None:
        """What of the whole no part has yet, as far as it can be read; None where a part takes the rest."""
        left = self.whole
        for each in self.rows:
            how, size = each["how"].value(), each.cleaned_data.get("size") if each.is_valid() else None
            if how == REST:
                return None
            if size is not None:
                left -= self.whole * size / 100 if how == PERCENT else size
        return round(left, self.places)

    def parts(self) -> list[Part]:
        return [each.told(sign=self.sign) for each in self.rows if each.is_meant]

    def _shown(self, part: Transaction, rest: int | None) -> dict[str, Any]:
        sizes = {"how": REST} if part.pk == rest else {"how": AMOUNT, "size": part.amount * self.sign}
        return {"part": part.pk, "category": part.category_id, "note": part.note, **sizes}

    def _fresh(self) -> list[dict[str, Any]]:
        return [{"how": how, "category": self.row.category_id} for how in (AMOUNT, REST)]


def with_one_more(sent: Any) -> Any:
    """What was typed, and one more empty part."""
    more = sent.copy()
    count = int(sent.get("part-TOTAL_FORMS") or 0) if str(sent.get("part-TOTAL_FORMS", "")).isdecimal() else 0
    if count < MOST_PARTS:
        more["part-TOTAL_FORMS"] = str(count + 1)
        more[f"part-{count}-how"] = AMOUNT
        more[f"part-{count}-category"] = sent.get("part-0-category", "")
    return more


class OwedForm(forms.Form):
    """What others owe of a purchase."""

    amount = AmountInput(label=_("How much of it"), max_digits=18, decimal_places=PLACES, min_value=0)
    who = forms.CharField(label=_("Who owes it"), max_length=120, required=False, validators=[plain_text])
