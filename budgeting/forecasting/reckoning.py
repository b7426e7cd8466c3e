"""Daily balances to come, with a band from the book's own past.

What is expected is plain: the balance, what is known, each series on its days, and the mean of what else moved on the
same days of the last twelve months. The band is what made-up futures say: each month of them repeats one of the last
twelve (all accounts together, so that a card's payment meets its purchases), each series comes as early, late, large or
seldom as it used to. A year says little about the level of three months, so all is widened by that.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from budgeting.forecasting.parts import Flow, Forecast, Outlook, Past, units, written
from budgeting.forecasting.repeating import Repeated, repeated
from budgeting.forecasting.series import expected_of, imagined

DAYS = 90
PATHS = 400
SEED = 20_260_301
LOW, HIGH = 0.1, 0.9
DAYS_OF_A_MONTH = 30.4
FEW_MORE, DRIFT = 4.0, 2.0
"""The variance is so many times more over the number of months known, in all and for each month ahead."""
Array = NDArray[np.float64]


def forecast(*, today: date, pasts: Sequence[Past], flows: Sequence[Flow], days: int = DAYS) -> Forecast:
    """The `days` from tomorrow on. The same past makes the same forecast."""
    dice = np.random.default_rng(SEED)
    chosen = dice.random((PATHS, Repeated.blocks_of(days)))
    by_account: dict[object, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_account[flow.account].append(flow)
    lines = {past.account: _reckoned(past, by_account[past.account], today, days, chosen, dice) for past in pasts}
    ahead = tuple(today + timedelta(days=n) for n in range(1, days + 1))
    accounts = {past.account: _outlook(ahead, *lines[past.account], past.places) for past in pasts}
    totals = {}
    for currency in dict.fromkeys(past.currency for past in pasts):
        mine = [past for past in pasts if past.currency == currency]
        expected = [sum(each, Decimal(0)) for each in zip(*(accounts[p.account].expected for p in mine), strict=True)]
        paths = np.sum([lines[past.account][1] for past in mine], axis=0)
        totals[currency] = _banded(ahead, tuple(expected), paths, mine[0].places)
    return Forecast(accounts, totals)


def _reckoned(
    past: Past, flows: Sequence[Flow], today: date, days: int, chosen: Array, dice: np.random.Generator
) -> tuple[Array, Array]:
    """The expected balances, and those of each path; [days] and [paths, days]."""
    rest = repeated(past, today=today, days=days, chosen=chosen)
    plain, paths = np.zeros(days), np.zeros((len(chosen), days))
    for flow in flows:
        plain += expected_of(flow, today=today, days=days)
        paths += imagined(flow, today=today, days=days, paths=len(chosen), dice=dice)
    known = np.zeros(days)
    for day, amount in past.known.items():
        if 1 <= (at := (day - today).days) <= days:
            known[at - 1] += units(amount)
    begun = units(past.balance) + np.cumsum(known)
    expected = begun + np.cumsum(plain + rest.mean)
    return expected, begun + _widened(np.cumsum(paths, axis=1) + rest.paths, rest.months)


def _widened(paths: Array, months: int) -> Array:
    """So few months say little about the level of those to come, and less about what will be different."""
    ahead = np.arange(1, paths.shape[1] + 1) / DAYS_OF_A_MONTH
    middle = paths.mean(axis=0)
    found: Array = middle + (paths - middle) * np.sqrt((1 + FEW_MORE / months) * (1 + DRIFT * ahead / months))
    return found


def _outlook(ahead: tuple[date, ...], expected: Array, paths: Array, places: int) -> Outlook:
    return _banded(ahead, tuple(_amount(each, places) for each in expected), paths, places)


def _banded(ahead: tuple[date, ...], expected: tuple[Decimal, ...], paths: Array, places: int) -> Outlook:
    low, high = np.quantile(paths, (LOW, HIGH), axis=0)
    lows = tuple(min(_amount(each, places), at) for each, at in zip(low, expected, strict=True))
    highs = tuple(max(_amount(each, places), at) for each, at in zip(high, expected, strict=True))
    return Outlook(ahead, expected, lows, highs)


def _amount(number: float, places: int) -> Decimal:
    return written(round(number), places)
