"""Budgets from what was before: the last period's, and what is usually spent."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting
from budgeting.actions.setting import Plan, checked_day, put
from budgeting.models import Budget
from budgeting.periods import Cycle
from budgeting.queries import line_of, plans, suggestions
from journal import actions as journal


def copy_last(*, book: Book, by: User | None, cycle: Cycle, day: date, now: datetime) -> list[Budget]:
    """Give each budget of the period before that does not go on by itself to the period of the day.

    What is there already stays. Raise Conflicting where nothing is left to copy.
    """
    period = cycle.period_of(checked_day(day, field="on"))
    with journal.operation(book=book, by=by, verb="copy_budgets", now=now) as recorder:
        known = plans(book=book)
        there = {line_of(row) for row in known.in_force(cycle.plain, period)}
        made = [
            put(book=book, plan=_again(row, period.start), recorder=recorder, now=now)[0]
            for row in known.in_force(cycle.plain, cycle.previous(period))
            if line_of(row) not in there and row.category.archived_at is None
        ]
    if not made:
        raise Conflicting(_("There is nothing to copy: each budget of the period before is there already."))
    return made


def _again(row: Budget, start: date) -> Plan:
    return Plan(row.category, row.amount, start, row.cycle, row.rollover, row.cap, repeats=False, member=row.member_id)


def take_suggestions(
    *, book: Book, by: User | None, cycle: Cycle, day: date, categories: Collection[int], now: datetime
) -> list[Budget]:
    """Set a budget that repeats for what is usually spent: under these categories, or without any under all groups.

    Raise Conflicting where nothing is suggested for them.
    """
    checked_day(day, field="on")
    with journal.operation(book=book, by=by, verb="set_budget", now=now) as recorder:
        found = suggestions(book=book, cycle=cycle, day=day)
        chosen = [each for each in found if each.category.pk in categories or (not categories and each.is_group)]
        made = [
            put(book=book, plan=Plan(each.category, each.amount, day, cycle), recorder=recorder, now=now)[0]
            for each in chosen
        ]
    if not made:
        raise Conflicting(_("There is nothing to suggest yet: it takes two periods in which something was spent."))
    return made
