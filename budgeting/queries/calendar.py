"""One month of bills and income, day by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Book
from banking.queries import months_back
from banking.totals import month_after, month_of
from budgeting.items import ItemState
from budgeting.queries.recurring import Coming, Sum, items, occurrences, sums_of
from budgeting.queries.trials import Trial, trials

FARTHEST = 12
"""So many months before and after this one can be looked at."""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    comings: tuple[Coming, ...]
    trials: tuple[Trial, ...]

    @property
    def is_empty(self) -> bool:
        return not self.comings and not self.trials


@dataclass(frozen=True, slots=True)
class Month:
    """All days of a month; `previous` and `next` are the firsts of those beside it, None where there is no more.

    `sums` is what is still to come in the month.
    """

    first: date
    previous: date | None
    next: date | None
    days: tuple[Day, ...]
    sums: tuple[Sum, ...]

    @property
    def is_empty(self) -> bool:
        return all(day.is_empty for day in self.days)


def calendar(*, book: Book, month: date, today: date) -> Month:
    """The month that the day lies in, or the nearest that can be looked at; six queries."""
    this = month_of(today)
    earliest, latest = months_back(this, FARTHEST), months_back(this, -FARTHEST)
    first = min(max(month_of(month), earliest), latest)
    after = month_after(first)
    rows = list(items(book=book, state=ItemState.CONFIRMED))
    comings = occurrences(book=book, rows=rows, start=first, end=after, today=today, until=today)
    by_day: dict[date, list[Coming]] = defaultdict(list)
    for coming in comings:
        by_day[coming.day].append(coming)
    ends: dict[date, list[Trial]] = defaultdict(list)
    for trial in trials(book=book, today=today):
        ends[trial.day].append(trial)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    return Month(
        first=first,
        previous=months_back(first, 1) if first > earliest else None,
        next=after if first < latest else None,
        days=tuple(Day(day, tuple(by_day[day]), tuple(ends[day])) for day in days),
        sums=tuple(sums_of(comings)),
    )
