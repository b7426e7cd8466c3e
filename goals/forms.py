"""Forms about goals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Book
from accounts.plain import plain_text
from accounts.shown import AsShown
from banking.forms.amounts import AmountInput
from banking.models import Account
from banking.money import PLACES
from banking.queries import account_rows
from banking.queries.standing import OWED
from goals.actions import NewDebt, Share, Terms
from goals.actions.contributing import LONGEST_NOTE
from goals.actions.filling import HIGHEST_RATE, LONGEST_LOAN
from goals.models import FIRST, LAST, LONGEST_NAME, PRIORITY, STRATEGIES, Debt, Goal
from goals.planning.debts import Loan

IN, OUT = "in", "out"
AMOUNT, PERCENT = "amount", "percent"
LOAN = ("loan_rate", "loan_fee", "loan_months")
PRIORITIES = [
    (each, {FIRST: _("1: first"), PRIORITY: _("5: usual"), LAST: _("9: last")}.get(each, str(each)))
    for each in range(FIRST, LAST + 1)
]


def amount_field(label: Any, **options: Any) -> AmountInput:
    return AmountInput(label=label, max_digits=18, decimal_places=PLACES, **{"min_value": 0, **options})


def rate_field(label: Any, **options: Any) -> AmountInput:
    return amount_field(label, max_value=HIGHEST_RATE, **options)


def name_field() -> forms.CharField:
    return forms.CharField(label=_("Name"), max_length=LONGEST_NAME, validators=[plain_text])


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


class GoalForm(AsShown, forms.Form):
    """What the two kinds of goals share: only what was changed in it is written."""

    name = name_field()

    def __init__(self, *args: Any, row: Goal | None = None, **kwargs: Any) -> None:
        """Django's form signature; `row` is the goal to be changed."""
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        super().__init__(*args, **kwargs)
        self.row = row

    def terms(self) -> Terms:
        """Of a new goal all that was filled in, else what was changed."""
        given = self.cleaned_data
        chosen = [name for name in given if given[name] not in {None, ""}] if self.row is None else self.changed_data
        terms: Terms = Terms(**{name: given[name] for name in chosen})  # type: ignore[typeddict-item]  # the form's names
        return terms


class SavingForm(GoalForm):
    target = amount_field(_("How much"))
    due_on = day_field(_("By the day"), required=False, help_text=_("What to put aside each month follows from it."))
    pace = amount_field(
        _("Or so much each month"), required=False, help_text=_("The day on which it is there follows from it.")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=int,
        choices=PRIORITIES,
        initial=PRIORITY,
        help_text=_("Where an account holds too little for all goals, the first ones are served first."),
    )

    field_order = ("name", "target", "currency", "due_on", "pace", "priority")


class NewSavingForm(SavingForm):
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currencies(book)  # type: ignore[attr-defined]  # it has them


class DebtsForm(GoalForm):
    """How debts are paid off; the debts themselves are typed in on the goal's page."""

    strategy = forms.ChoiceField(label=_("Strategy"), choices=STRATEGIES)
    extra = amount_field(
        _("Extra payment each month"), required=False, help_text=_("Beyond the minimum payments of all debts.")
    )
    due_on = day_field(_("To be done by"), required=False)
    loan_rate = rate_field(_("New loan: percent a year"), required=False)
    loan_months = forms.IntegerField(label=_("New loan: months"), required=False, min_value=1, max_value=LONGEST_LOAN)
    loan_fee = amount_field(
        _("New loan: fee"), required=False, help_text=_("For comparing with one new loan that pays off all debts.")
    )

    def terms(self) -> Terms:
        terms = super().terms()
        loan = {name: terms.pop(name) for name in LOAN if name in terms}  # type: ignore[misc]  # the form's names
        if loan:
            terms["loan"] = self._loan()
        return terms

    def clean(self) -> dict[str, Any]:
        """A loan has a rate and a number of months; without an extra payment it is nothing."""
        given = super().clean() or self.cleaned_data
        if "extra" in given:
            given["extra"] = given["extra"] or Decimal(0)
        for one, other in (("loan_rate", "loan_months"), ("loan_months", "loan_rate")):
            if given.get(one) is not None and given.get(other) is None and other not in self.errors:
                self.add_error(other, _("A loan has a rate and a number of months."))
        return given

    def _loan(self) -> Loan | None:
        given = self.cleaned_data
        if given["loan_rate"] is None or given["loan_months"] is None:
            return None
        return Loan(given["loan_rate"], given["loan_fee"] or Decimal(0), given["loan_months"])


class NewDebtsForm(DebtsForm):
    currency = forms.ChoiceField(label=_("Currency"))
    field_order = ("name", "currency")

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currencies(book)  # type: ignore[attr-defined]  # it has them


def currencies(book: Book) -> list[tuple[str, str]]:
    """The book's own, then those of its accounts."""
    found = set(account_rows(book=book).order_by().values_list("currency", flat=True)) - {book.currency}
    return [(each, each) for each in (book.currency, *sorted(found))]


class ContributionForm(forms.Form):
    """Money put aside or taken out; for debts a payment."""

    direction = forms.ChoiceField(label=_("Direction"), choices=[(IN, _("Put aside")), (OUT, _("Take out"))])
    debt = forms.ChoiceField(label=_("Debt"))
    amount = amount_field(_("Amount"))
    day = day_field(_("Day"))
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False, validators=[plain_text])

    def __init__(self, *args: Any, row: Goal, debts: Sequence[Debt], **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        if row.is_debt:
            self.fields["direction"].choices = [(IN, _("Paid")), (OUT, _("Borrowed more"))]  # type: ignore[attr-defined]  # it has them
            self.fields["debt"].choices = [(each.name, each.name) for each in debts]  # type: ignore[attr-defined]  # likewise
        else:
            del self.fields["debt"]

    def entry(self) -> dict[str, Any]:
        """What `contribute` takes."""
        given = dict(self.cleaned_data)
        sign = -1 if given.pop("direction") == OUT else 1
        return {**given, "amount": sign * given["amount"]}


class ShareForm(AsShown, forms.Form):
    """A part of an account."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none(), empty_label=_("Choose one"))
    how = forms.ChoiceField(
        label=_("Ear-mark"), choices=[(AMOUNT, _("An amount")), (PERCENT, _("A percentage of its balance"))]
    )
    size = amount_field(_("Amount or percentage"))

    def __init__(self, *args: Any, row: Goal, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        rows = account_rows(book=row.book).filter(currency=row.currency).exclude(kind__in=OWED)
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]  # a ModelChoiceField

    def share(self) -> Share:
        given = self.cleaned_data
        return Share(given["account"], **{given["how"]: given["size"]})


class DebtForm(AsShown, forms.Form):
    name = name_field()
    balance = amount_field(_("Owed now"))
    rate = rate_field(_("Percent a year"))
    minimum = amount_field(_("Minimum payment each month"))

    def __init__(self, *args: Any, row: Debt | None = None, **kwargs: Any) -> None:  # Django's form signature
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.row = row

    def new(self) -> NewDebt:
        """What was changed, over what stands now."""
        given = self.cleaned_data
        if self.row is not None:
            given = {name: given[name] if name in self.changed_data else getattr(self.row, name) for name in given}
        return NewDebt(**given)
