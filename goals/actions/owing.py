"""The debts of a goal, typed in by hand."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_amount, checked_text
from goals.actions.filling import checked_rate
from goals.actions.terms import NewDebt
from goals.models import LONGEST_NAME, Contribution, Debt, Goal
from journal import actions as journal

MOST = 20


def put_debt(*, book: Book, by: User | None, goal: int, pk: int | None, new: NewDebt, now: datetime) -> Debt:
    """Add a debt to the goal (by key), or change the one named by `pk`. Raise Refused or DoesNotExist."""
    with journal.operation(book=book, by=by, verb="set_debt" if pk else "add_debt", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=goal)
        _check_goal(row)
        others = Debt.objects.filter(book=book, goal=row)
        others = others.exclude(pk=pk) if pk else others
        if others.filter(name=new.name.strip()).exists():
            raise Conflicting(_("There is already a debt of this name."), field="name")
        if pk is None and others.count() >= MOST:
            raise Conflicting(_("A goal has at most %(count)d debts.") % {"count": MOST})
        debt = Debt.objects.select_for_update().get(book=book, goal=row, pk=pk) if pk else None
        return _put(row, debt, new, recorder)


def remove_debt(*, book: Book, by: User | None, pk: int, now: datetime) -> None:
    """Remove a debt with its payments. Raise DoesNotExist."""
    with journal.operation(book=book, by=by, verb="remove_debt", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=Debt.objects.get(book=book, pk=pk).goal_id)
        _remove(Debt.objects.select_for_update().get(goal=row, pk=pk), recorder)


def set_debts(row: Goal, debts: Sequence[NewDebt], *, recorder: journal.Recorder) -> None:
    """Make these all debts of the goal, by name, within an operation that has begun. Raise Refused."""
    if not row.is_debt and not debts:
        return
    _check_goal(row)
    if len(debts) > MOST:
        raise Refused(_("A goal has at most %(count)d debts.") % {"count": MOST}, field="debts")
    named = {each.name.strip(): each for each in debts}
    if len(named) < len(debts):
        raise Refused(_("Name each debt once."), field="debts")
    there = {each.name: each for each in Debt.objects.select_for_update().filter(goal=row).order_by("id")}
    for name in there.keys() - named.keys():
        _remove(there[name], recorder)
    for name, each in named.items():
        _put(row, there.get(name), each, recorder)


def _check_goal(row: Goal) -> None:
    if not row.is_debt:
        raise Refused(_("A goal of saving has none."), field="debts")


def _put(row: Goal, debt: Debt | None, new: NewDebt, recorder: journal.Recorder) -> Debt:
    before = journal.snapshot(debt) if debt else None
    debt = debt or Debt(book=row.book, goal=row)
    debt.name = checked_text(new.name, field="name", length=LONGEST_NAME, required=True)
    debt.balance = _not_negative(new.balance, row.currency, "balance")
    debt.rate = checked_rate(new.rate, "rate")
    debt.minimum = _not_negative(new.minimum, row.currency, "minimum")
    if before is None:
        debt.first = debt.balance
        debt.save()
        recorder.created(debt)
    else:
        debt.save()
        recorder.changed(debt, before)
    return debt


def _not_negative(amount: Decimal, currency: str, field: str) -> Decimal:
    amount = checked_amount(amount, currency=currency, field=field)
    if amount < 0:
        raise Refused(_("This may not be negative."), field=field)
    return amount


def _remove(debt: Debt, recorder: journal.Recorder) -> None:
    for payment in Contribution.objects.select_for_update().filter(debt=debt).order_by("id"):
        recorder.deleted(payment)
    recorder.deleted(debt)
    debt.delete()
