"""Forecasts are measured against what came, on households that the forecast has never seen.

Longer: FORECAST_HOUSEHOLDS=400; others: FORECAST_SEED.
"""

import os
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

from budgeting.forecasting import Flow, Past, forecast, surprises
from budgeting.recurring import Movement, detect
from budgeting.tests.households import START, household

HOUSEHOLDS = int(os.environ.get("FORECAST_HOUSEHOLDS", "24"))
SEED = int(os.environ.get("FORECAST_SEED", "70000"))
DAYS = 90
HORIZONS = (7, 30, 60, 90)


def looked_at(home, today):
    """What the application would know at the end of that day."""
    known = [row for row in home.rows if row.day <= today]
    sides = defaultdict(list)
    for n, row in enumerate(known):
        if row.who and row.day > today - timedelta(days=3 * 366):
            sides[row.who, row.amount > 0].append(Movement(n, row.day, row.amount))
    met, flows = set(), []
    for movements in sides.values():
        for series in detect(movements[-240:]):
            met.update(movement.key for movement in series.movements)
            if not series.has_ended(today):
                flows.append(flow_of(series, known[series.movements[-1].key].account, today))
    pasts = []
    for account, opening in home.openings.items():
        rest, moved = defaultdict(Decimal), Decimal(0)
        for n, row in enumerate(known):
            if row.account == account:
                moved += row.amount
                if n not in met:
                    rest[row.day] += row.amount
        pasts.append(Past(account, "USD", opening + moved, START, rest, {}))
    return pasts, flows


def flow_of(series, account, today):
    slot = series.rhythm.slot(series.movements[-1].day)
    ahead = [series.rhythm.day(n) for n in range(slot + 1, slot + 40)]
    days = tuple(day for day in ahead if today - timedelta(days=series.grace) < day <= today + timedelta(days=DAYS))
    recent = series.movements[-13:]
    late = tuple((each.day - series.rhythm.day(series.rhythm.slot(each.day))).days for each in recent)
    missing = len(series.left_out) / (len(series.movements) + len(series.left_out))
    return Flow(account, series.amount, days, surprises([each.amount for each in recent]), late, missing)


def measured(seeds):
    """By account, with "total" for all of them, and by horizon: days in the band, and of how many."""
    inside, there = Counter(), Counter()
    for seed in seeds:
        home, today = household(seed), START + timedelta(days=400 + seed % 7 * 21)
        pasts, flows = looked_at(home, today)
        found = forecast(today=today, pasts=pasts, flows=flows, days=DAYS)
        came = {each.account: home.balances(each.account, today + timedelta(days=1), DAYS) for each in pasts}
        came["total"] = [sum(each, Decimal(0)) for each in zip(*came.values(), strict=True)]
        for name, balances in came.items():
            outlook = found.totals["USD"] if name == "total" else found.accounts[name]
            for n, balance in enumerate(balances):
                horizon = next(each for each in HORIZONS if n < each)
                there[name, horizon] += 1
                inside[name, horizon] += outlook.low[n] <= balance <= outlook.high[n]
    return inside, there


def share(inside, there, *, name=None, horizon=None):
    keys = [key for key in there if name in {None, key[0]} and horizon in {None, key[1]}]
    return sum(inside[key] for key in keys) / sum(there[key] for key in keys)


def test_four_of_five_days_lie_in_the_band():
    inside, there = measured(range(SEED, SEED + HOUSEHOLDS))
    for name in ("checking", "card", "savings", "total", None):
        told = " ".join(f"{each}:{share(inside, there, name=name, horizon=each):.3f}" for each in HORIZONS)
        print(f"{name or 'all':9} {share(inside, there, name=name):.3f}  {told}")
    assert 0.75 <= share(inside, there) <= 0.85
