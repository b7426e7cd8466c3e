"""Putting what a person wants into the columns of a goal, checked."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from banking.actions.refusals import Refused, checked_amount, checked_text
from goals.actions.terms import Terms
from goals.models import FIRST, LAST, LONGEST_NAME, Goal, GoalKind
from goals.planning.debts import Loan, Strategy
from goals.planning.pace import months_for

LATEST = date(2100, 1, 1)
HIGHEST_RATE = Decimal(1000)
LONGEST_LOAN = 600
OF_SAVING = {"target": "target", "pace": "pace", "shares": "accounts"}
OF_DEBTS = {"strategy": "strategy", "extra": "extra", "loan": "loan_rate", "debts": "debts"}
"""What only one kind of goal has, and which field of a body that is."""


def fill(row: Goal, terms: Terms, *, today: date) -> None:
    """Raise Refused. Ear-marks, debts and the state are none of its columns."""
    if row.kind not in GoalKind.values:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(GoalKind.values)}, field="kind")
    _check_what_stays(row, terms)
    if "name" in terms:
        row.name = checked_text(terms["name"], field="name", length=LONGEST_NAME, required=True)
    if "priority" in terms:
        if not FIRST <= terms["priority"] <= LAST:
            raise Refused(_("Choose a priority from 1 to 9."), field="priority")
        row.priority = terms["priority"]
    if "due_on" in terms and terms["due_on"] not in {None, row.due_on}:
        _check_day(terms["due_on"], today)
    if row.is_debt:
        row.due_on = terms.get("due_on", row.due_on)
        _fill_debts(row, terms)
    else:
        _fill_saving(row, terms)


def _check_what_stays(row: Goal, terms: Terms) -> None:
    for name in ("kind", "currency"):
        if row.pk and terms.get(name, getattr(row, name)) != getattr(row, name):
            raise Refused(_("This stays as it is: make another goal instead."), field=name)
    row.currency = terms.get("currency", row.currency)
    for name, field in (OF_SAVING if row.is_debt else OF_DEBTS).items():
        if terms.get(name):
            message = _("A goal of paying off debts has none.") if row.is_debt else _("A goal of saving has none.")
            raise Refused(message, field=field)


def _check_day(day: date | None, today: date) -> None:
    if day is None or not today < day < LATEST:
        raise Refused(_("Choose a day after today and before 2100."), field="due_on")


def _fill_saving(row: Goal, terms: Terms) -> None:
    target = terms.get("target", row.target)
    if target is None:
        raise Refused(_("How much is it to be?"), field="target")
    row.target = positive(target, row.currency, "target")
    row.due_on, pace = _day_or_pace(row, terms)
    row.pace = None if pace is None else positive(pace, row.currency, "pace")
    if row.pace is not None and months_for(row.target, row.pace) is None:
        raise Refused(_("At this pace it takes more than a hundred years."), field="pace")


def _day_or_pace(row: Goal, terms: Terms) -> tuple[date | None, Decimal | None]:
    """Naming one of them takes the place of the other."""
    due_on, pace = terms.get("due_on", row.due_on), terms.get("pace", row.pace)
    if terms.get("due_on") is not None and "pace" not in terms:
        pace = None
    if terms.get("pace") is not None and "due_on" not in terms:
        due_on = None
    if (due_on is None) == (pace is None):
        raise Refused(_("Choose a day or an amount for each month: the other one follows from it."), field="due_on")
    return due_on, pace


def _fill_debts(row: Goal, terms: Terms) -> None:
    if "extra" in terms:
        row.extra = checked_amount(terms["extra"], currency=row.currency, field="extra")
        if row.extra < 0:
            raise Refused(_("This may not be negative."), field="extra")
    if "loan" in terms:
        _fill_loan(row, terms["loan"])
    strategy = terms.get("strategy", row.strategy)
    if strategy not in [each.value for each in Strategy]:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Strategy)}, field="strategy")
    if strategy == Strategy.CONSOLIDATION and row.loan is None:
        raise Refused(_("For that the rate and the months of the new loan are needed."), field="strategy")
    row.strategy = strategy


def _fill_loan(row: Goal, loan: Loan | None) -> None:
    if loan is None:
        row.loan_rate, row.loan_fee, row.loan_months = None, Decimal(0), None
        return
    if not 1 <= loan.months <= LONGEST_LOAN:
        raise Refused(_("Choose from 1 to 600 months."), field="loan_months")
    row.loan_rate = checked_rate(loan.rate, "loan_rate")
    row.loan_fee = checked_amount(loan.fee, currency=row.currency, field="loan_fee")
    row.loan_months = loan.months
    if row.loan_fee < 0:
        raise Refused(_("This may not be negative."), field="loan_fee")


def checked_rate(rate: Decimal, field: str) -> Decimal:
    """Percent a year, with at most four places; raise Refused."""
    if not 0 <= rate <= HIGHEST_RATE or rate != round(rate, 4):
        raise Refused(_("Choose a rate from 0 to 1000 percent, with at most four decimal places."), field=field)
    return rate


def positive(amount: Decimal, currency: str, field: str) -> Decimal:
    """Raise Refused."""
    amount = checked_amount(amount, currency=currency, field=field)
    if amount <= 0:
        raise Refused(_("Choose an amount above zero."), field=field)
    return amount
