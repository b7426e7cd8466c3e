"""The periods that budgets are for: months, weeks, years and what begins on payday.

Plain arithmetic on days, without time zones: which day it is today is asked of the book.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

SATURDAY = 5
EPOCH = date(1970, 1, 5)
"""A Monday, from which weeks are counted where no other day is given."""


class Kind(StrEnum):
    MONTH = "month"
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_YEAR = "fiscal_year"
    CUSTOM_MONTH = "custom_month"


class Shift(StrEnum):
    """Where the start of a custom month goes that falls on a weekend."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


WEEKS = {Kind.WEEK: 1, Kind.TWO_WEEKS: 2, Kind.FOUR_WEEKS: 4}
MONTHS = {Kind.MONTH: 1, Kind.CUSTOM_MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12, Kind.FISCAL_YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`start` inclusive, `end` exclusive."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def gone(self, today: date) -> Fraction:
        """The share of the period that is over when today is: 0 before it, 1 after it."""
        days = (today - self.start).days + 1
        return Fraction(min(max(days, 0), self.days), self.days)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A way of cutting the calendar into periods that follow one another without gap or overlap.

    Months, quarters and years take none of the settings. Weeks begin on the weekday of `anchor`, two and four weeks on
    that very day. A fiscal year begins on `day` of `month`, a custom month on `day`; where a month has no such day, on
    its last. `shift` is for custom months alone.
    """

    kind: Kind = Kind.MONTH
    anchor: date = EPOCH
    day: int = 1
    month: int = 1
    shift: Shift = Shift.NONE

    @property
    def plain(self) -> "Cycle":
        """The one of all that cut the calendar alike which has only the settings that matter."""
        if self.kind in WEEKS:
            offset = (self.anchor - EPOCH).days % (7 * WEEKS[self.kind])
            return Cycle(self.kind, anchor=EPOCH + timedelta(days=offset))
        if self.kind == Kind.FISCAL_YEAR:
            return Cycle(self.kind, day=self.day, month=self.month)
        return Cycle(self.kind, day=self.day, shift=self.shift) if self.kind == Kind.CUSTOM_MONTH else Cycle(self.kind)

    @property
    def name(self) -> str:
        """The cycle as a word for addresses: "month", "week-0" from Monday on, "custom_month-25-before"."""
        settings = {
            **dict.fromkeys(WEEKS, ((self.anchor - EPOCH).days % (7 * WEEKS.get(self.kind, 1)),)),
            Kind.FISCAL_YEAR: (self.month, self.day),
            Kind.CUSTOM_MONTH: (self.day, self.shift.value),
        }
        return "-".join([self.kind.value, *map(str, settings.get(self.kind, ()))])

    @classmethod
    def named(cls, name: str) -> "Cycle":
        """The plain cycle of that name; raise ValueError."""
        kind, *settings = name.split("-")
        found = cls(Kind(kind))
        if found.kind in WEEKS:
            [offset] = map(int, settings)
            found = cls(found.kind, anchor=EPOCH + timedelta(days=offset % 28))
        elif found.kind == Kind.FISCAL_YEAR:
            month, day = map(int, settings)
            found = cls(found.kind, day=day, month=month)
        elif found.kind == Kind.CUSTOM_MONTH:
            first, shift = settings
            found = cls(found.kind, day=int(first), shift=Shift(shift))
        if found.name != name or not (1 <= found.day <= 31 and 1 <= found.month <= 12):
            raise ValueError(name)
        return found

    def period_of(self, day: date) -> Period:
        """The period that the day lies in."""
        return _period_of(self, day)

    def next(self, period: Period) -> Period:
        return self.period_of(period.end)

    def previous(self, period: Period) -> Period:
        return self.period_of(period.start - timedelta(days=1))

    def back(self, period: Period, count: int) -> list[Period]:
        """The `count` periods before this one, the latest first."""
        found = [period]
        for _turn in range(count):
            found.append(self.previous(found[-1]))
        return found[1:]

    def periods(self, start: date, end: date) -> Iterator[Period]:
        """Those that have a day in [start, end), in order."""
        period = self.period_of(start)
        while period.start < end:
            yield period
            period = self.next(period)

    def _computed(self, day: date) -> Period:
        return self._weeks_of(day) if self.kind in WEEKS else self._months_of(day)

    def _weeks_of(self, day: date) -> Period:
        length = 7 * WEEKS[self.kind]
        start = day - timedelta(days=(day - self.anchor).days % length)
        return Period(start, start + timedelta(days=length))

    def _months_of(self, day: date) -> Period:
        """A shifted start lies at most two days outside of its month, so the month before and after may be meant."""
        length = MONTHS[self.kind]
        number = (day.year * 12 + day.month - self._first_month) // length
        while self._start(number + 1) <= day:
            number += 1
        while self._start(number) > day:
            number -= 1
        return Period(self._start(number), self._start(number + 1))

    @property
    def _first_month(self) -> int:
        return self.month if self.kind == Kind.FISCAL_YEAR else 1

    def _start(self, number: int) -> date:
        """Of the period of that number, counted from the year 0."""
        months = number * MONTHS[self.kind] + self._first_month - 1
        year, month = months // 12, months % 12 + 1
        if self.kind not in {Kind.FISCAL_YEAR, Kind.CUSTOM_MONTH}:
            return date(year, month, 1)
        start = date(year, month, min(self.day, monthrange(year, month)[1]))
        return self._shifted(start) if self.kind == Kind.CUSTOM_MONTH else start

    def _shifted(self, start: date) -> date:
        if self.shift == Shift.NONE or start.weekday() < SATURDAY:
            return start
        after = SATURDAY + 2 - start.weekday()
        return start + timedelta(days=after if self.shift == Shift.AFTER else after - 3)


@lru_cache(maxsize=8192)
def _period_of(cycle: Cycle, day: date) -> Period:
    """Remembered: the budgets of a book ask for the same few periods."""
    return cycle._computed(day)


MONTHLY = Cycle()
