"""Goals for tests. Call inside the book."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from accounts.models import Book
from goals import actions
from goals.actions import NewDebt, Share, Terms
from goals.models import Contribution, Goal


def make_goal(book: Book, *, name: str = "Bicycle", now: datetime | None = None, **terms: object) -> Goal:
    """A goal of saving 1200 at 100 a month, or what the terms say."""
    pace = {} if "due_on" in terms else {"pace": Decimal(100)}
    plain = {"target": Decimal(1200), **pace, **terms}
    found = Terms(**plain)
    return actions.set_goal(book=book, by=None, name=name, terms=found, now=now or timezone.now())[0]


def make_debts(book: Book, debts: Sequence[NewDebt], *, name: str = "Cards", **terms: object) -> Goal:
    found = Terms(kind="debt", debts=debts, **terms)
    return actions.set_goal(book=book, by=None, name=name, terms=found, now=timezone.now())[0]


def owed(name: str = "Visa", balance: int | str = 1000, rate: int | str = 12, minimum: int | str = 50) -> NewDebt:
    return NewDebt(name, Decimal(balance), Decimal(rate), Decimal(minimum))


def put_aside(goal: Goal, amount: int | str, *, day: date | None = None, **more: str) -> Contribution:
    """Today, unless a day is named."""
    now = timezone.now()
    day = day or goal.book.today(now)
    return actions.contribute(book=goal.book, by=None, pk=goal.pk, amount=Decimal(amount), day=day, now=now, **more)


def ear_mark(goal: Goal, account: object, **size: int) -> None:
    share = Share(account, **{name: Decimal(value) for name, value in size.items()})
    actions.link_account(book=goal.book, by=None, pk=goal.pk, share=share, now=timezone.now())
