"""Forms about what comes again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_text
from accounts.shown import AsShown
from banking.forms.amounts import AmountInput
from banking.models import Account, Category
from banking.money import PLACES
from banking.queries import account_rows, category_rows
from budgeting.actions.recurring import LONGEST_NAME, ItemChanges, NewItem
from budgeting.items import FREQUENCIES, RecurringItem

DAY = forms.DateInput(attrs={"type": "date"})
DIRECTIONS = [("out", _("Money out")), ("in", _("Money in"))]


class RecurringForm(AsShown, forms.Form):
    """A bill or income; its amount is entered without a sign."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        validators=[plain_text],
        help_text=_("As the merchant is called in your transactions, so that they are known to be it."),
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, initial="out")
    amount = AmountInput(label=_("Amount"), max_digits=18, decimal_places=PLACES, min_value=0)
    frequency = forms.ChoiceField(label=_("How often"), choices=FREQUENCIES, initial="monthly")
    next_on = forms.DateField(label=_("Next on"), widget=DAY)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    account = forms.ModelChoiceField(
        label=_("Account"), queryset=Account.objects.none(), required=False, empty_label=_("Any")
    )
    trial_ends_on = forms.DateField(
        label=_("Trial ends on"),
        widget=DAY,
        required=False,
        help_text=_("For a free trial: the day from which it costs something."),
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = category_rows(book=book)  # type: ignore[attr-defined]  # ModelChoiceFields
        self.fields["account"].queryset = account_rows(book=book)  # type: ignore[attr-defined]  # likewise

    def new(self) -> NewItem:
        """What `add_recurring` takes, of a valid form."""
        given = dict(self.cleaned_data)
        sign = 1 if given.pop("direction") == "in" else -1
        return NewItem(**{**given, "amount": sign * given["amount"]})


class RecurringEditForm(RecurringForm):
    """Only what was changed in it is written."""

    direction = None  # type: ignore[assignment]  # how Django leaves fields out

    def __init__(self, *args: Any, row: RecurringItem, **kwargs: Any) -> None:  # likewise
        kwargs["initial"] = {
            "name": row.called,
            "amount": abs(row.amount),
            "frequency": row.frequency,
            "next_on": row.next_on,
            "category": row.category_id,
            "account": row.account_id,
            "trial_ends_on": row.trial_ends_on,
        }
        super().__init__(*args, book=row.book, **kwargs)
        self.fields["name"].help_text = ""
        self.row = row

    def changes(self) -> ItemChanges:
        """What `edit_recurring` takes, of a valid form."""
        given = {name: self.cleaned_data[name] for name in self.changed_data}
        if "amount" in given and self.row.amount < 0:
            given["amount"] = -given["amount"]
        changes: ItemChanges = ItemChanges(**given)  # type: ignore[typeddict-item]  # the form's names
        return changes
