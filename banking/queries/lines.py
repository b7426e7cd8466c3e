"""The balance of one account over time, in few enough points to draw and to read as a table."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Book
from banking.models import Account
from banking.queries.balances import Point, daily_balances, opening_balances

DAILY_UP_TO, WEEKLY_UP_TO = timedelta(days=100), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days that a person may choose to look at; `days` before today."""

    code: str
    days: int


SPANS = (Span("3m", 91), Span("1y", 365), Span("2y", 730))


def balance_line(*, book: Book, account: Account, start: date, today: date) -> tuple[Point, ...]:
    """The balance at the end of each day, week or month in [start, today], by the length of it; four queries."""
    moved = daily_balances(book=book, start=start, end=today + timedelta(days=1), account_ids=[account.pk])
    balance = opening_balances(book=book, day=start)[account.pk]
    points = []
    for end in _ends(start, today):
        while moved and moved[0].day <= end:
            balance = moved.pop(0).balance
        points.append(Point(end, balance))
    return tuple(points)


def _ends(start: date, today: date) -> list[date]:
    """The last days of the steps, today always among them."""
    step = 1 if today - start <= DAILY_UP_TO else 7 if today - start <= WEEKLY_UP_TO else 30
    return list(reversed([today - timedelta(days=back) for back in range(0, (today - start).days + 1, step)]))
