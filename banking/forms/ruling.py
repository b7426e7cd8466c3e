"""A person's own rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_text
from banking.actions.rules import NewRule
from banking.forms.amounts import AmountInput
from banking.models import Category
from banking.money import PLACES
from banking.queries.categorising import category_rows

EITHER_WAY = [("", _("Money in or out")), ("out", _("Money out")), ("in", _("Money in"))]


class RuleForm(forms.Form):
    """What contains the text belongs in the category. With `past` what is there already is filed again too."""

    contains = forms.CharField(label=_("The wording or merchant contains"), max_length=120, validators=[plain_text])
    category: forms.ModelChoiceField[Category] = forms.ModelChoiceField(label=_("File it under"), queryset=None)
    direction = forms.ChoiceField(label=_("Direction"), choices=EITHER_WAY, required=False)
    amount_min = AmountInput(label=_("From amount"), required=False, min_value=0, max_digits=18, decimal_places=PLACES)
    amount_max = AmountInput(label=_("To amount"), required=False, min_value=0, max_digits=18, decimal_places=PLACES)
    past = forms.BooleanField(label=_("Also file what is there already"), required=False, initial=True)

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = category_rows(book=book)  # type: ignore[attr-defined]  # it has one

    def new(self) -> NewRule:
        """What `actions.create_rule` takes, of a valid form."""
        given = self.cleaned_data
        return NewRule(
            contains=given["contains"],
            category=given["category"],
            amount_min=given["amount_min"],
            amount_max=given["amount_max"],
            direction=given["direction"],
        )
