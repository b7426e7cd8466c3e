"""How far amounts were from what was to be expected."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from budgeting.forecasting.parts import units

STEADY = Decimal("0.015")
FEW = 5
MOST = 4.0


def surprises(amounts: Sequence[Decimal]) -> tuple[float, ...]:
    """Each amount but the first to what the ones before it let expect: the last where amounts hold still, else the
    median of the last few. In order, each at most MOST."""
    steps = [abs(a - b) <= STEADY * max(abs(a), abs(b)) for a, b in zip(amounts, amounts[1:], strict=False)]
    steady = sum(steps) * 2 >= len(steps)
    found = []
    for at in range(1, len(amounts)):
        expected = amounts[at - 1] if steady else median(amounts[max(0, at - FEW) : at])
        if expected:
            found.append(min(max(units(amounts[at]) / units(expected), 0.0), MOST))
    return tuple(found)
