"""The usual rest: months to come that repeat months that were."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

from budgeting.forecasting.parts import Past, units
from budgeting.recurring.frequencies import day_in, month_of

MONTHS = 12
SHORTEST = 28
JITTER = (-1, 0, 1)
"""By so many days a past month is moved: three months to choose from for each."""
FAR, TAIL = 5.0, 0.98
"""An amount of a day counts up to so many times the one that the largest in fifty exceed."""
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is expected of each day, [days]; each path, cumulated, [paths, days]; and from how many months that is."""

    mean: Array
    paths: Array
    months: int

    @staticmethod
    def blocks_of(days: int) -> int:
        """How many months are chosen for so many days."""
        return ceil(days / SHORTEST)


def repeated(past: Past, *, today: date, days: int, chosen: Array) -> Repeated:
    """`chosen` in [0, 1) says for each path and month which of the past ones it repeats, the same for all accounts."""
    months = min(MONTHS, _months_between(past.since, today))
    if not months or not past.rest:
        return Repeated(np.zeros(days), np.zeros((len(chosen), days)), max(months, 1))
    table = _table(past, today, days, months)
    mean = table.mean(axis=0)
    block = np.array([_block(today, today + timedelta(days=n)) for n in range(1, days + 1)])
    donors = (chosen * len(table)).astype(int)[:, block]
    return Repeated(mean, np.cumsum(table[donors, np.arange(days)], axis=1), months)


def _table(past: Past, today: date, days: int, months: int) -> Array:
    """What each day to come was in each of the months before, the latest first, moved a little; [months, days]."""
    amounts = _clipped(past, today, months)
    total = np.concatenate([[0.0], np.cumsum(amounts)])
    last = len(amounts)
    ahead = [today + timedelta(days=n) for n in range(1, days + 1)]
    blocks = [_block(today, day) for day in ahead]

    def ends(shown: list[date], month: int) -> NDArray[np.int64]:
        """How many of the amounts lie up to each day, so many months before and those of its block."""
        back = (today - _earlier(day, block + 1 + month) for day, block in zip(shown, blocks, strict=True))
        return np.array([last - each.days for each in back])

    rows = []
    for month in range(months):
        upto, before = ends(ahead, month), ends([day - timedelta(days=1) for day in ahead], month)
        for off in JITTER:
            rows.append(total[np.clip(upto + off, 0, last)] - total[np.clip(before + off, 0, last)])
    return np.array(rows)


def _clipped(past: Past, today: date, months: int) -> Array:
    """The rest of each day of these months up to today, the oldest first; what is out of all proportion is less."""
    first = day_in(month_of(today) - months, today.day)
    amounts = np.zeros((today - first).days)
    for day, amount in past.rest.items():
        if first < day <= today:
            amounts[(day - first).days - 1] = units(amount)
    moved = np.sort(np.abs(amounts))
    most = FAR * np.quantile(moved, TAIL)
    return np.clip(amounts, -most, most) if most else amounts


def _earlier(day: date, months: int) -> date:
    """So many months before; the last of a month is the last of the other."""
    is_last = (day + timedelta(days=1)).day == 1
    return day_in(month_of(day) - months, 31 if is_last else day.day)


def _block(today: date, day: date) -> int:
    """How many whole months lie between."""
    months = month_of(day) - month_of(today)
    return months - 1 if day <= day_in(month_of(today) + months, today.day) and months else months


def _months_between(since: date, today: date) -> int:
    months = month_of(today) - month_of(since)
    return months - 1 if day_in(month_of(since) + months, since.day) > today else months
