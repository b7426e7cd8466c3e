"""How often something comes again, and on which days: weekly to yearly."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


class Frequency(StrEnum):
    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    TWICE_A_MONTH = "twice_a_month"
    MONTHLY = "monthly"
    TWO_MONTHS = "two_months"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def length(self) -> float:
        """Days from one to the next, on average."""
        return 7.0 * WEEKS[self] if self in WEEKS else 365.2425 / A_YEAR[self]


WEEKS = {Frequency.WEEKLY: 1, Frequency.TWO_WEEKS: 2, Frequency.FOUR_WEEKS: 4}
MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.TWO_MONTHS: 2,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}
A_YEAR = {
    **{frequency: 12 / months for frequency, months in MONTHS.items()},
    Frequency.TWICE_A_MONTH: 24.0,
    Frequency.WEEKLY: 52.1775,
    Frequency.TWO_WEEKS: 26.08875,
    Frequency.FOUR_WEEKS: 13.044375,
}
"""How many there are in a year, on average."""
TIMES = {
    Frequency.WEEKLY: 52,
    Frequency.TWO_WEEKS: 26,
    Frequency.FOUR_WEEKS: 13,
    Frequency.TWICE_A_MONTH: 24,
    **{frequency: 12 // months for frequency, months in MONTHS.items()},
}
"""The same as people count."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A frequency and the days that it means, numbered: `slot` 0, 1, 2 … and back into the past.

    `anchor` is the day of slot 0 for weeks. For months `days` are the days of the month (two for twice a month, in
    order; 31 is the last day of every month) and `phase` the month of slot 0, counted from the year 0.
    """

    frequency: Frequency
    anchor: date = date(1970, 1, 5)
    days: tuple[int, ...] = ()
    phase: int = 0

    def day(self, slot: int) -> date:
        """The day that the slot falls on when nothing moves it."""
        if self.frequency in WEEKS:
            return self.anchor + timedelta(days=7 * WEEKS[self.frequency] * slot)
        if self.frequency == Frequency.TWICE_A_MONTH:
            return day_in(self.phase + slot // 2, self.days[slot % 2])
        return day_in(self.phase + slot * MONTHS[self.frequency], self.days[0])

    def slot(self, day: date) -> int:
        """The slot whose day is nearest; the earlier of two that are equally near."""
        return self.place(day)[0]

    def place(self, day: date) -> tuple[int, int]:
        """That slot, and how many days after its day this one is; negative before it."""
        if self.frequency in WEEKS:
            length = 7 * WEEKS[self.frequency]
            slot, off = divmod(day.toordinal() - self.anchor.toordinal(), length)
            return (slot, off) if 2 * off <= length else (slot + 1, off - length)
        months, ordinal = month_of(day) - self.phase, day.toordinal()
        if self.frequency == Frequency.TWICE_A_MONTH:
            slots = range(months * 2 - 1, months * 2 + 3)
            return min(((slot, ordinal - self.day(slot).toordinal()) for slot in slots), key=_distance)
        step, on = MONTHS[self.frequency], self.days[0]
        slot = months // step
        off, after = (ordinal - ordinal_in(self.phase + each * step, on) for each in (slot, slot + 1))
        if step == 1 and off < 0 and (before := ordinal - ordinal_in(self.phase + slot - 1, on)) <= -off:
            return slot - 1, before
        return (slot, off) if abs(off) <= abs(after) else (slot + 1, after)

    def after(self, day: date) -> date:
        """The first day of the rhythm that is later than this one."""
        slot = self.slot(day)
        return next(found for found in map(self.day, range(slot - 1, slot + 3)) if found > day)


@lru_cache(maxsize=10_000)
def day_in(month: int, day: int) -> date:
    """That day of the month counted from the year 0, or its last where it has no such day."""
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day, monthrange(year, number + 1)[1]))


@lru_cache(maxsize=10_000)
def ordinal_in(month: int, day: int) -> int:
    """The same as a number of days."""
    return day_in(month, day).toordinal()


def _distance(place: tuple[int, int]) -> tuple[int, int]:
    return abs(place[1]), place[0]


def month_of(day: date) -> int:
    """The month counted from the year 0."""
    return day.year * 12 + day.month - 1
