"""What a forecast is made from, and what it says."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SCALE = 10_000


def units(amount: Decimal) -> int:
    """An amount in ten-thousandths, as it is kept."""
    return int(amount * SCALE)


def written(number: int, places: int) -> Decimal:
    """Ten-thousandths as an amount with so many places."""
    return round(Decimal(number) / SCALE, places) + Decimal(0)


@dataclass(frozen=True, slots=True)
class Past:
    """An account as it stands at the end of today; amounts are signed, positive is money in.

    `rest` is what moved on each day of the last year outside of what comes again, of which the account's first day is
    `since`. `known` is what will move on days to come and is known already. `places` are those of its currency, in
    which accounts are added together.
    """

    account: Hashable
    currency: str
    balance: Decimal
    since: date
    rest: Mapping[date, Decimal]
    known: Mapping[date, Decimal]
    places: int = 2


@dataclass(frozen=True, slots=True)
class Flow:
    """One series: the days on which it is expected, and how well it has kept to its days and amounts so far.

    `ratios` are what was paid to what was then to be expected, `late` the days it came after its day (negative: before
    it), `missing` the share of its days on which it did not come.
    """

    account: Hashable
    amount: Decimal
    days: tuple[date, ...]
    ratios: tuple[float, ...] = ()
    late: tuple[int, ...] = ()
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The balance at the end of each day to come: what is expected, and the band in which four of five will lie."""

    days: tuple[date, ...]
    expected: tuple[Decimal, ...]
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]

    @property
    def lowest(self) -> int:
        """The place of the day with the least balance, the first of several."""
        return min(range(len(self.days)), key=lambda place: (self.expected[place], place))


@dataclass(frozen=True, slots=True)
class Forecast:
    """By account, and by currency all accounts of it together: what is expected of them adds up."""

    accounts: Mapping[Hashable, Outlook]
    totals: Mapping[str, Outlook]
