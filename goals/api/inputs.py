"""What requests about goals hold."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Book
from accounts.plain import plain_text
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput, NoLessThanNothing
from banking.api.transaction_shapes import id_input
from banking.models import Account
from banking.queries import account_rows
from goals.actions import NewDebt, Share, Terms
from goals.actions.contributing import LONGEST_NOTE
from goals.actions.filling import LONGEST_LOAN
from goals.models import FIRST, LAST, LONGEST_NAME, PRIORITY, STRATEGIES, GoalKind, GoalState
from goals.planning.debts import Loan, Strategy


def name_input(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_NAME, validators=[plain_text], **options)


class GoalAccountInput(StrictSerializer):
    """The part of an account that is for the goal: an amount, or a percentage of its balance."""

    account_id = id_input()
    amount = NoLessThanNothing(required=False)
    percent = NoLessThanNothing(required=False)


class DebtInput(StrictSerializer):
    """What is owed now, the rate in percent a year and what has to be paid each month at least."""

    name = name_input()
    balance = NoLessThanNothing()
    rate = NoLessThanNothing()
    minimum = NoLessThanNothing()


class GoalChange(StrictSerializer):
    """What is not named stays. `accounts` and `debts` are all there are to be.

    A goal of saving has a target and either a day (`due_on`) or a `pace` for each month; naming one takes the place of
    the other.
    """

    name = name_input(required=False)
    target = NoLessThanNothing(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    pace = NoLessThanNothing(required=False, allow_null=True, help_text="For each month.")
    priority = serializers.IntegerField(
        min_value=FIRST, max_value=LAST, required=False, help_text="Who is served first by an account: 1 before 9."
    )
    state = serializers.ChoiceField(GoalState.choices, required=False)
    accounts = GoalAccountInput(many=True, required=False)
    strategy = serializers.ChoiceField(STRATEGIES, required=False)
    extra = NoLessThanNothing(required=False, help_text="What is paid each month beyond the minimums of the debts.")
    loan_rate = NoLessThanNothing(required=False, allow_null=True, help_text="Of a new loan, in percent a year.")
    loan_fee = NoLessThanNothing(required=False)
    loan_months = serializers.IntegerField(min_value=1, max_value=LONGEST_LOAN, required=False, allow_null=True)
    debts = DebtInput(many=True, required=False)


class GoalInput(GoalChange):
    """A goal by its name: it is created, or what is named of it is changed. Kind and currency stay as they are."""

    name = name_input()
    kind = serializers.ChoiceField(GoalKind.choices, required=False, help_text="`saving` where left out.")
    currency = serializers.CharField(
        max_length=8, required=False, validators=[plain_text], help_text="The book's where left out."
    )


class GoalTerms(GoalChange):
    """All that can be changed: what is not named is as in a goal that is new."""

    name = name_input()


class ContributionInput(StrictSerializer):
    """Money put aside, negative: taken out. For debts a payment of the one named `debt`."""

    amount = AmountInput()
    day = serializers.DateField(required=False, help_text="Today where left out; not after today.")
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, validators=[plain_text])
    debt = name_input(required=False)


def read(shape: type[StrictSerializer], given: Any) -> dict[str, Any]:
    """What the request says, checked."""
    body = shape(data=given)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def terms_of(book: Book, given: Mapping[str, Any]) -> Terms:
    """What actions take, of the body of a goal; 400 for an account that is not in the book."""
    rest = {name: value for name, value in given.items() if name not in {"accounts", "debts"} | LOAN}
    if "accounts" in given:
        rest["shares"] = _shares(book, given["accounts"])
    if "debts" in given:
        rest["debts"] = [NewDebt(**each) for each in given["debts"]]
    if given.keys() & LOAN:
        rest["loan"] = _loan(given)
    terms: Terms = Terms(**rest)  # type: ignore[typeddict-item]  # the serializer's names
    return terms


ZERO = Decimal(0)
LOAN = {"loan_rate", "loan_fee", "loan_months"}


def _loan(given: Mapping[str, Any]) -> Loan | None:
    rate, months = given.get("loan_rate"), given.get("loan_months")
    if rate is None and months is None and not given.get("loan_fee"):
        return None
    if rate is None or months is None:
        lacks = "loan_rate" if rate is None else "loan_months"
        raise ValidationError({lacks: [_("A loan has a rate and a number of months.")]})
    return Loan(rate, given.get("loan_fee", ZERO), months)


def _shares(book: Book, given: list[dict[str, Any]]) -> list[Share]:
    keys = [each["account_id"] for each in given]
    known: dict[int, Account] = account_rows(book=book, closed=True).in_bulk(keys)
    if len(known) < len(set(keys)):
        raise ValidationError({"accounts": [_("There is no such account here.")]})
    return [Share(known[each["account_id"]], each.get("amount"), each.get("percent")) for each in given]


PLAIN_SAVING: dict[str, Any] = {"target": None, "due_on": None, "pace": None, "priority": PRIORITY, "accounts": []}
PLAIN_DEBTS: dict[str, Any] = {
    "due_on": None,
    "priority": PRIORITY,
    "strategy": Strategy.AVALANCHE.value,
    "extra": ZERO,
    "loan_rate": None,
    "debts": [],
}
"""What is not named when all is set."""
