"""What is usual among a few amounts: plain arithmetic."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from statistics import median

ENOUGH = 2
FAR = 3
"""An amount is out of the ordinary that lies so many times the median distance from the median."""


def usual(amounts: Sequence[Decimal]) -> Decimal | None:
    """The median of the amounts in which anything was spent, those out of the ordinary left out; None of too few."""
    known = [each for each in amounts if each > 0]
    if len(known) < ENOUGH:
        return None
    middle = median(known)
    distance = median(abs(each - middle) for each in known)
    ordinary = [each for each in known if abs(each - middle) <= FAR * distance] if distance else known
    return median(ordinary)


def rounded_up(amount: Decimal, places: int) -> Decimal:
    """A figure to plan with: up to the next half of the second digit, 412.37 to 415 and 1234 to 1250."""
    unit = Decimal(1).scaleb(-places) if amount < 1 else Decimal(1)
    step = max(Decimal(5).scaleb(amount.adjusted() - 2), unit)
    return (amount / step).to_integral_value(ROUND_CEILING) * step
