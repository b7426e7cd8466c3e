"""The explanation of a figure: parts that add up to it, and what is left out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from banking.figures import Figure
from banking.queries.rates import Used

ZERO = Decimal(0)


class Reason(StrEnum):
    """Why rows of the same period are not in a figure."""

    OTHER_CURRENCY = "other_currency"
    PENDING = "pending"
    POSTED = "posted"
    EXCLUDED = "excluded"
    COUNTED = "counted"
    TRANSFER = "transfer"
    OTHER_KIND = "other_kind"
    OTHER_DIRECTION = "other_direction"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Original:
    """The amount that was converted, in its own currency, and the rate that was used for it."""

    amount: Decimal
    currency: str
    rate: Used


@dataclass(frozen=True, slots=True)
class Part:
    """What a figure is made of: `amount` over `count` rows, None where it is no sum; `address` lists them.

    One that was converted has its `original`; `amount` is then rounded to the figure's currency.
    """

    name: str
    amount: Decimal
    count: int | None
    address: str
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of one currency that are not in the figure; `address` lists exactly them."""

    reason: Reason
    text: str
    currency: str
    count: int
    amount: Decimal
    address: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`start` and `until` are inclusive; None is open. The parts, times the figure's sign, add up to the figure.

    Only a figure of all currencies together uses rates; beside any other the other currencies stand apart.
    """

    figure: Figure
    definition: str
    start: date | None
    until: date | None
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the parts as the figure is shown."""
        return sum((each.amount for each in self.parts), ZERO) * self.figure.sign + ZERO

    @property
    def agrees(self) -> bool:
        return self.total == self.figure.amount

    @property
    def rates(self) -> tuple[Used, ...]:
        """Those that were used, each once."""
        return tuple(dict.fromkeys(each.original.rate for each in self.parts if each.original))

    @property
    def is_counted(self) -> bool:
        """Whether any of the parts is a number of rows, and not only a balance."""
        return any(each.count is not None for each in self.parts)

    @property
    def count(self) -> int:
        return sum(each.count or 0 for each in self.parts)
