"""Budgets for tests. Call inside the book."""

from datetime import date
from decimal import Decimal

from accounts.models import Book
from accounts.tests.factories import NOW
from banking.models import Category
from banking.tests.factories import category_of
from budgeting import actions
from budgeting.actions import Plan
from budgeting.models import Budget
from budgeting.periods import MONTHLY, Cycle

MARCH = date(2026, 3, 1)


def make_budget(
    book: Book,
    *,
    category: Category | str = "COFFEE",
    amount: Decimal | int | str = 100,
    day: date = MARCH,
    cycle: Cycle = MONTHLY,
    **more: object,
) -> Budget:
    """A budget that repeats; `rollover`, `cap`, `repeats` as in `Plan`."""
    found = category_of(book, category) if isinstance(category, str) else category
    plan = Plan(found, Decimal(amount), day, cycle, **more)
    return actions.set_budget(book=book, by=None, plan=plan, now=NOW)[0]
