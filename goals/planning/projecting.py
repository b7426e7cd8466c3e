"""Where saving leads, by what usually remained of a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from statistics import quantiles

from goals.planning.pace import months_for

ZERO = Decimal(0)
ENOUGH = 3
"""Fewer months say nothing about what is usual."""


@dataclass(frozen=True, slots=True)
class Band:
    """What is put aside each month: in a poor one, in a usual one and in a good one."""

    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Point:
    """What is there after so many months."""

    months: int
    low: Decimal
    middle: Decimal
    high: Decimal


def band_of(history: Sequence[Decimal]) -> Band | None:
    """The quartiles of what was saved in months; None of too few."""
    if len(history) < ENOUGH:
        return None
    low, middle, high = quantiles(sorted(history), n=4, method="inclusive")
    return Band(low, middle, high)


def share_of(band: Band, share: Fraction, places: int) -> Band:
    """That part of it; where nothing is saved, nothing."""
    return Band(*(_part(each, share, places) for each in (band.low, band.middle, band.high)))


def _part(amount: Decimal, share: Fraction, places: int) -> Decimal:
    part = max(amount, ZERO) * share.numerator / share.denominator
    return part.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def steady(monthly: Decimal) -> Band:
    """The same in every month."""
    return Band(monthly, monthly, monthly)


def points(*, saved: Decimal, target: Decimal, band: Band, months: int) -> tuple[Point, ...]:
    """From now on, month by month; once the target is there it stays so."""
    return tuple(
        Point(at, *(_after(saved, target, monthly, at) for monthly in (band.low, band.middle, band.high)))
        for at in range(months + 1)
    )


def _after(saved: Decimal, target: Decimal, monthly: Decimal, months: int) -> Decimal:
    return max(saved, min(target, saved + monthly * months))


def reached(*, saved: Decimal, target: Decimal, band: Band) -> tuple[int | None, int | None, int | None]:
    """After how many months the target is there by each of the three; None: never."""
    left = target - saved
    return months_for(left, band.low), months_for(left, band.middle), months_for(left, band.high)
