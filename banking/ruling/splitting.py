"""Dividing an amount into parts that sum to it, to the last cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Literal

Kind = Literal["fixed", "percent", "interest", "remainder"]
KINDS: tuple[Kind, ...] = ("fixed", "percent", "interest", "remainder")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a fixed size, so many percent of the whole, a month's interest on what is owed, or what is left.

    `value` is a size, a percentage, or an annual rate in percent; `account` the loan that the interest is on.
    """

    kind: Kind
    value: Decimal = Decimal(0)
    category: int | None = None
    note: str = ""
    account: int | None = None


def portions(
    amount: Decimal, parts: Sequence[Part], *, places: int, owed: Mapping[int, Decimal] | None = None
) -> list[Decimal]:
    """The amount of each part, with the sign of the whole; their sum is the whole. `owed` is the size of each loan.

    In the order of the parts each takes what it says of what is left: a payment smaller than the interest is all
    interest. What is left goes to the remainder, or without one to the last part.
    """
    if not parts:
        return []
    unit = Decimal(1).scaleb(-places)
    whole = abs(amount)
    left, sizes = whole, []
    for part in parts:
        size = min(_wanted(part, whole, (owed or {}).get(part.account or 0, Decimal(0)), unit), left)
        sizes.append(size)
        left -= size
    rest = next((place for place, part in enumerate(parts) if part.kind == "remainder"), len(parts) - 1)
    sizes[rest] += left
    return [-size if amount < 0 else size for size in sizes]


def _wanted(part: Part, whole: Decimal, owed: Decimal, unit: Decimal) -> Decimal:
    if part.kind == "fixed":
        return part.value
    if part.kind == "percent":
        return (whole * part.value / 100).quantize(unit, ROUND_DOWN)
    if part.kind == "interest":
        return (owed * part.value / 100 / MONTHS).quantize(unit, ROUND_HALF_EVEN)
    return Decimal(0)
