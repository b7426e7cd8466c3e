"""How much a month it takes, where a plan stands, and how to catch up."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from goals.planning.months import LONGEST, later, whole_months

ZERO = Decimal(0)


class Track(StrEnum):
    ON_TRACK = "on_track"
    AHEAD = "ahead"
    BEHIND = "behind"
    REACHED = "reached"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be there by `end`, beginning with nothing at `start`, by putting aside `monthly` each month.

    `fixed`: the day was chosen and the pace follows; else the pace was chosen and the day follows.
    """

    target: Decimal
    start: date
    end: date
    monthly: Decimal
    fixed: bool

    def expected(self, today: date) -> Decimal:
        """What should be there: the months that have gone, each with its amount."""
        return min(self.target, self.monthly * whole_months(self.start, today))


@dataclass(frozen=True, slots=True)
class Advice:
    """Put aside `more` each month than planned, or be so many months `later`; None: by the pace it never ends."""

    more: Decimal
    later: int | None


def by_date(*, target: Decimal, start: date, end: date, places: int) -> Aim:
    """The pace follows from the day."""
    monthly = raised(target / max(whole_months(start, end), 1), places)
    return Aim(target, start, end, monthly, fixed=True)


def by_pace(*, target: Decimal, start: date, monthly: Decimal) -> Aim:
    """The day follows from the pace; raise ValueError where it never comes."""
    months = months_for(target, monthly)
    if months is None:
        raise ValueError(monthly)
    return Aim(target, start, later(start, months), monthly, fixed=False)


def months_for(left: Decimal, monthly: Decimal) -> int | None:
    """After how many months nothing is left; None where that takes longer than `LONGEST`."""
    if left <= 0:
        return 0
    if monthly * LONGEST < left:
        return None
    count = int(left // monthly)
    return count + (count * monthly < left)


def track(aim: Aim, saved: Decimal, today: date) -> Track:
    """Behind with less than the months that have gone ask for, ahead with more than a month beyond that."""
    if saved >= aim.target:
        return Track.REACHED
    if aim.fixed and aim.end < today:
        return Track.OVERDUE
    expected = aim.expected(today)
    if saved < expected:
        return Track.BEHIND
    return Track.AHEAD if saved > expected + aim.monthly else Track.ON_TRACK


def needed(aim: Aim, saved: Decimal, today: date, places: int) -> Decimal:
    """What has to be put aside each month from now on; all that lacks where less than a month is left."""
    return raised(max(aim.target - saved, ZERO) / max(whole_months(today, aim.end), 1), places)


def advice(aim: Aim, saved: Decimal, today: date, places: int) -> Advice | None:
    """How to catch up; None for who need not."""
    if track(aim, saved, today) not in {Track.BEHIND, Track.OVERDUE}:
        return None
    months = months_for(aim.target - saved, aim.monthly)
    more = max(needed(aim, saved, today, places) - aim.monthly, ZERO)
    return Advice(more, None if months is None else max(months - whole_months(today, aim.end), 0))


def raised(amount: Decimal, places: int) -> Decimal:
    """Up to the next amount that the currency has."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)
