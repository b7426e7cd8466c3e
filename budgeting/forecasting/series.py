"""What a series is expected to move, and what it might."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from budgeting.forecasting.parts import Flow, units

Array = NDArray[np.float64]


def expected_of(flow: Flow, *, today: date, days: int) -> Array:
    """Its amount on its days; [days]."""
    found = np.zeros(days)
    for day in flow.days:
        if (at := max((day - today).days, 1)) <= days:
            found[at - 1] += units(flow.amount)
    return found


def imagined(flow: Flow, *, today: date, days: int, paths: int, dice: np.random.Generator) -> Array:
    """As it came so far: early or late, more or less, now and then not at all; [paths, days]."""
    places = np.array([max((day - today).days, 1) for day in flow.days], dtype=int)
    found = np.zeros((paths, days))
    if not len(places):
        return found
    size = (paths, len(places))
    late = dice.choice(np.array(flow.late or (0,)), size)
    amounts = units(flow.amount) * dice.choice(np.array(flow.ratios or (1.0,)), size)
    amounts *= dice.random(size) >= flow.missing
    when = np.maximum(places + late, 1)
    there = when <= days
    np.add.at(found, (np.nonzero(there)[0], when[there] - 1), amounts[there])
    return found
