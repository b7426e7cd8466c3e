"""Sharing what is in an account among those that have ear-marked parts of it: never more than it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount of the account, or a percentage of its balance: one of the two."""

    key: int
    amount: Decimal | None = None
    percent: Decimal | None = None


def wanted(claim: Claim, balance: Decimal, places: int) -> Decimal:
    """What is ear-marked, whether it is there or not; of an overdrawn account a percentage is nothing."""
    if claim.amount is not None:
        return claim.amount
    part = max(balance, ZERO) * (claim.percent or ZERO) / HUNDRED
    return part.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def shared(balance: Decimal, claims: Sequence[Claim], places: int) -> dict[int, Decimal]:
    """What each gets, by key: the first in order its whole part, and so on as long as something is left."""
    left, found = max(balance, ZERO), {}
    for claim in claims:
        found[claim.key] = min(wanted(claim, balance, places), left)
        left -= found[claim.key]
    return found


def beyond(balance: Decimal, claims: Sequence[Claim], places: int) -> Decimal:
    """How much more is ear-marked than there is; zero where it is all there."""
    return max(sum((wanted(each, balance, places) for each in claims), ZERO) - max(balance, ZERO), ZERO)
