"""The balance of one account over time, in few enough points to draw and to read as a table."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Book
from banking.models import Account
from banking.queries.balances import daily_balances, opening_balances
from banking.queries.standing import Point

LAST_DAY = date(9999, 1, 1)
DAILY_UP_TO, WEEKLY_UP_TO = timedelta(days=100), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days that a person may choose to look at; `days` before today."""

    code: str
    days: int


SPANS = (Span("3m", 91), Span("1y", 365), Span("2y", 730))


def balance_line(*, book: Book, account: Account, start: date, until: date, today: date) -> tuple[Point, ...]:
    """The balance at the end of each day, week or month in [start, until], by the length of it; four queries.

    What a bank has booked for a day to come counts at the end of today.
    """
    known = account.is_manual or until < today
    moved = daily_balances(
        book=book, start=start, end=until + timedelta(days=1) if known else LAST_DAY, account_ids=[account.pk]
    )
    balance = opening_balances(book=book, day=start)[account.pk]
    points = []
    for end in _ends(start, until):
        while moved and min(moved[0].day, until) <= end:
            balance = moved.pop(0).balance
        points.append(Point(end, balance))
    return tuple(points)


def _ends(start: date, until: date) -> list[date]:
    """The last days of the steps, `until` always among them."""
    step = 1 if until - start <= DAILY_UP_TO else 7 if until - start <= WEEKLY_UP_TO else 30
    return list(reversed([until - timedelta(days=back) for back in range(0, (until - start).days + 1, step)]))
