"""Typing in an exchange rate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import currencies
from accounts.models import Book
from banking.actions.rates import NewRate
from banking.exchange import PLACES
from banking.forms.amounts import AmountInput
from banking.queries.rates import currencies_of

DAY = forms.DateInput(attrs={"type": "date"})


class RateForm(forms.Form):
    """One of a currency was worth so much of another on a day."""

    base = forms.ChoiceField(label=_("One of"))
    rate = AmountInput(
        label=_("is worth"),
        max_digits=18,
        decimal_places=PLACES,
        help_text=_("A number such as 1.0867, with at most ten decimal places."),
    )
    quote = forms.ChoiceField(label=_("of"))
    day = forms.DateField(
        label=_("on the day"),
        widget=DAY,
        help_text=_(
            "It holds from this day on until there is a newer one. One of the same two currencies and the same day is "
            "replaced, whichever way round it was typed."
        ),
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        known = currencies.choices()
        others = sorted(set(currencies_of(book=book)) - {code for code, _name in known})
        choices = [*((code, code) for code in others), *known]
        self.fields["base"].choices = self.fields["quote"].choices = choices  # type: ignore[attr-defined]  # ChoiceFields

    def new(self) -> NewRate:
        """What `actions.set_rate` takes, of a valid form."""
        given = self.cleaned_data
        return NewRate(given["day"], given["base"], given["quote"], given["rate"])
