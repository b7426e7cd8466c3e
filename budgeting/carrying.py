"""What a period hands on to the next one: plain arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Rollover(StrEnum):
    """What goes on into the next period: nothing, what is left over, or that and what was overspent too."""

    NONE = "none"
    SURPLUS = "surplus"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Step:
    """One period that is over: `moved` came from other budgets, negative where it went there. `cap` limits what is
    left over and goes on, never what was overspent."""

    amount: Decimal
    moved: Decimal
    spent: Decimal
    rollover: Rollover
    cap: Decimal | None = None


def carried(steps: Iterable[Step]) -> Decimal:
    """What the last of the periods, in order, hands on."""
    carry = ZERO
    for step in steps:
        carry = _handed_on(step, step.amount + step.moved + carry - step.spent)
    return carry


def _handed_on(step: Step, left: Decimal) -> Decimal:
    if step.rollover == Rollover.NONE or (step.rollover == Rollover.SURPLUS and left < 0):
        return ZERO
    return left if step.cap is None else min(left, step.cap)
