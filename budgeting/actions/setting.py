"""Setting, changing and removing budgets."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Book, Membership, User
from banking.actions.refusals import Conflicting, Refused, checked_amount, of_book
from banking.categoriser import UNCATEGORISED
from banking.models import Category, CategoryKind
from budgeting.carrying import Rollover
from budgeting.models import Budget
from budgeting.periods import MONTHLY, Cycle
from budgeting.queries import columns_of
from journal import actions as journal

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be spent under a category in the period that `day` lies in and, if it repeats, in those after it.

    By one member (the key of the user), or by all of the book.
    """

    category: Category
    amount: Decimal
    day: date
    cycle: Cycle = MONTHLY
    rollover: str = Rollover.NONE.value
    cap: Decimal | None = None
    repeats: bool = True
    member: int | None = None


class Amendment(TypedDict, total=False):
    """What to change; what is not named stays."""

    amount: Decimal
    rollover: str
    cap: Decimal | None
    repeats: bool


def set_budget(*, book: Book, by: User | None, plan: Plan, now: datetime) -> tuple[Budget, bool]:
    """Create the budget of this category and period, or change the one there is; whether it is new. Raise Refused."""
    with journal.operation(book=book, by=by, verb="set_budget", now=now) as recorder:
        return put(book=book, plan=plan, recorder=recorder, now=now)


def put(*, book: Book, plan: Plan, recorder: journal.Recorder, now: datetime) -> tuple[Budget, bool]:
    """As `set_budget`, within an operation that has begun."""
    cycle = _checked_cycle(plan.cycle)
    _check_category(plan.category, book)
    start = cycle.period_of(checked_day(plan.day)).start
    _check_member(plan, book)
    place = {"book": book, "category": plan.category, "start": start, "member_id": plan.member}
    rows = Budget.objects.select_for_update().filter(period=cycle.kind.value, **place)
    row = rows.first()
    if row is None:
        new = Budget(currency=book.currency, created_at=now, **place)
        if _insert(new, plan, cycle):
            recorder.created(new)
            return new, True
        row = rows.get()
    before = journal.snapshot(row)
    row.currency = book.currency
    _fill(row, plan, cycle)
    row.save()
    recorder.changed(row, before)
    return row, False


def amend_budget(*, book: Book, by: User | None, pk: int, changes: Amendment, now: datetime) -> Budget:
    """Change a budget in all the periods in which it holds. Raise Refused or Budget.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="amend_budget", now=now) as recorder:
        row = Budget.objects.select_for_update(of=("self",)).select_related("category").get(book=book, pk=pk)
        before = journal.snapshot(row)
        repeats = changes.get("repeats", row.repeats)
        plan = Plan(
            category=row.category,
            amount=changes.get("amount", row.amount),
            day=row.start,
            cycle=row.cycle,
            rollover=changes.get("rollover", row.rollover),
            cap=changes.get("cap", row.cap),
            repeats=repeats,
            member=row.member_id,
        )
        end = row.end
        _fill(row, plan, row.cycle)
        if repeats and "repeats" not in changes:
            row.end = end
        row.save()
        recorder.changed(row, before)
    return row


def remove_budget(*, book: Book, by: User | None, pk: int, since: date | None, now: datetime) -> None:
    """Remove a budget; with a day, its whole line from the period of that day on, so that what was before stays.

    What was spent stays in any case. Raise Refused or Budget.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="remove_budget", now=now) as recorder:
        row = Budget.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        if since is None:
            _delete(row, recorder)
            return
        start = row.cycle.period_of(checked_day(since, field="since")).start
        line = Budget.objects.filter(
            book=book, category=row.category_id, member_id=row.member_id, **columns_of(row.cycle)
        )
        going_on = line.filter(Q(end=None) | Q(end__gt=start))
        for each in going_on.select_for_update().order_by("pk"):
            if each.start >= start:
                _delete(each, recorder)
                continue
            before = journal.snapshot(each)
            each.end = start
            each.save(update_fields=["end"])
            recorder.changed(each, before)


def _delete(row: Budget, recorder: journal.Recorder) -> None:
    recorder.deleted(row)
    row.delete()


def _insert(row: Budget, plan: Plan, cycle: Cycle) -> bool:
    """Whether it was; somebody else may have been quicker."""
    _fill(row, plan, cycle)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _fill(row: Budget, plan: Plan, cycle: Cycle) -> None:
    """The row's currency must be set."""
    for name, value in columns_of(cycle).items():
        setattr(row, name, value)
    if plan.rollover not in [each.value for each in Rollover]:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Rollover)}, field="rollover")
    if plan.rollover == Rollover.NONE and plan.cap is not None:
        raise Refused(_("Where nothing goes on there is nothing to limit."), field="cap")
    row.amount = _positive(plan.amount, row.currency, "amount")
    row.rollover = plan.rollover
    row.cap = None if plan.cap is None else _positive(plan.cap, row.currency, "cap")
    row.end = None if plan.repeats else cycle.period_of(row.start).end


def _positive(amount: Decimal, currency: str, field: str) -> Decimal:
    amount = checked_amount(amount, currency=currency, field=field)
    if amount < 0:
        raise Refused(_("This may not be negative."), field=field)
    return amount


def _checked_cycle(cycle: Cycle) -> Cycle:
    if not 1 <= cycle.day <= 31:
        raise Refused(_("Choose a day from 1 to 31."), field="first_day")
    return cycle.plain


def checked_day(day: date, *, field: str = "start") -> date:
    """A day that periods can be counted around; raise Refused."""
    if not EARLIEST <= day < LATEST:
        raise Refused(_("Choose a day between 1990 and 2100."), field=field)
    return day


def _check_member(plan: Plan, book: Book) -> None:
    """A member, or somebody who was one and left a budget of this category behind."""
    if plan.member is None or Membership.objects.filter(book=book, user=plan.member).exists():
        return
    if not Budget.objects.filter(book=book, category=plan.category, member=plan.member).exists():
        raise Refused(_("Choose a member of this book."), field="member")


def _check_category(category: Category, book: Book) -> None:
    of_book(category, book=book, field="category")
    if category.kind != CategoryKind.EXPENSE or category.code == UNCATEGORISED:
        raise Refused(_("Budgets are for spending: choose a category of expenses."), field="category")
    if category.archived_at is not None:
        raise Conflicting(_("This category is archived. Bring it back first."), field="category")
