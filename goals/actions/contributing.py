"""The ledger of a goal: what is put aside and taken out, and what is paid of debts."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import EARLIEST, Conflicting, Refused, checked_amount, checked_text
from goals.models import Contribution, Debt, Goal, GoalState
from journal import actions as journal

LONGEST_NOTE = 200
ZERO = Decimal(0)


def contribute(
    *,
    book: Book,
    by: User | None,
    pk: int,
    amount: Decimal,
    day: date,
    note: str = "",
    debt: str = "",
    now: datetime,
) -> Contribution:
    """Put money aside for the goal, negative: take some out. For debts it is a payment of the one named `debt`.

    What is owed then becomes less; a negative amount makes it more. Raise Refused or Goal.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="contribute" if amount > 0 else "withdraw", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=pk)
        if row.state not in {GoalState.OPEN, GoalState.PAUSED}:
            raise Conflicting(_("This goal is closed. Open it again first."))
        made = Contribution(book=book, goal=row, debt=_debt(row, debt), created_at=now)
        made.amount = checked_amount(amount, currency=row.currency)
        made.day = _checked_day(day, book.today(now))
        made.note = checked_text(note, field="note", length=LONGEST_NOTE)
        if not made.amount:
            raise Refused(_("Choose an amount other than zero."), field="amount")
        if made.debt is None and _given(row) + made.amount < 0:
            raise Refused(_("There is not that much in it."), field="amount")
        _pay(made.debt, made.amount, recorder)
        made.save()
        recorder.created(made)
    return made


def remove_contribution(*, book: Book, by: User | None, goal: int, pk: int, now: datetime) -> None:
    """Take an entry out of the ledger; what it paid of a debt is owed again. Raise Refused or DoesNotExist."""
    with journal.operation(book=book, by=by, verb="remove_contribution", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=goal)
        debts = list(Debt.objects.select_for_update().filter(goal=row).order_by("id"))
        made = Contribution.objects.select_for_update().get(goal=row, pk=pk)
        if made.debt_id is None and _given(row) - made.amount < 0:
            raise Conflicting(_("More has been taken out since than there would be without it."))
        _pay(next((each for each in debts if each.pk == made.debt_id), None), -made.amount, recorder)
        recorder.deleted(made)
        made.delete()


def _given(row: Goal) -> Decimal:
    return Contribution.objects.filter(goal=row).aggregate(given=Sum("amount"))["given"] or ZERO


def _checked_day(day: date, today: date) -> date:
    if not EARLIEST <= day <= today:
        raise Refused(_("Choose a day after 1969 and not after today."), field="day")
    return day


def _debt(row: Goal, name: str) -> Debt | None:
    """The debt of that name; of a goal with a single one that one."""
    if not row.is_debt:
        if name:
            raise Refused(_("A goal of saving has none."), field="debt")
        return None
    debts = list(Debt.objects.select_for_update().filter(goal=row).order_by("id"))
    found = [each for each in debts if each.name == name] if name or len(debts) != 1 else debts
    if not found:
        raise Refused(_("Name one of the debts."), field="debt")
    return found[0]


def _pay(debt: Debt | None, amount: Decimal, recorder: journal.Recorder) -> None:
    if debt is None:
        return
    before = journal.snapshot(debt)
    debt.balance -= amount
    if debt.balance < 0:
        raise Refused(_("That is more than is owed."), field="amount")
    debt.save(update_fields=["balance"])
    recorder.changed(debt, before)
