"""What investment accounts hold: a few invented funds whose prices wander, the same for the same seed and day."""

import random
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from sandboxbank.bank import Bank
from sandboxbank.ids import derived

BEGINNING = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Security:
    """Something to hold. `price` in cents at the beginning; `drift` and `wobble` in basis points a month."""

    ticker: str
    name: str
    kind: str
    price: int
    drift: int
    wobble: int

    @property
    def security_id(self) -> str:
        return derived("security", self.ticker)


@dataclass(frozen=True, slots=True)
class Position:
    """A holding on one day; price, value and cost in cents."""

    security: Security
    quantity: Decimal
    price: int
    value: int
    cost: int


CASH = Security("USD-CASH", "U.S. Dollar", "cash", 100, 0, 0)
BROAD = Security("NLTM", "Northlight Total Market Index Fund", "mutual fund", 8_214, 70, 260)
WORLD = Security("NLWX", "Northlight World ex-US ETF", "etf", 5_133, 45, 310)
BONDS = Security("NLBD", "Northlight Aggregate Bond ETF", "etf", 7_402, 12, 90)
SHARE = Security("BWSY", "Brightwater Systems Inc.", "equity", 14_350, 95, 620)
HELD = {
    "brokerage": ((BROAD, "312.4417"), (WORLD, "154.00"), (SHARE, "40")),
    "roth": ((BROAD, "208.0031"), (BONDS, "260.5")),
    "ira": ((BROAD, "208.0031"), (BONDS, "260.5")),
    "401k": ((BROAD, "611.27"), (BONDS, "180")),
}
MONTHLY_BUY = Decimal("1.25")


def positions(bank: Bank, account: sqlite3.Row) -> list[Position]:
    """What an account holds today; cash last."""
    today, seed = bank.clock.today(), bank.options.seed
    found = [_position(security, Decimal(start), today, seed) for security, start in HELD.get(account["subtype"], ())]
    cash = account["opening"] - account["posted"]
    return [*found, Position(CASH, Decimal(cash) / 100, 100, cash, cash)]


def worth(bank: Bank, account: sqlite3.Row) -> int:
    """The value of everything held, cash included, in cents."""
    return sum(position.value for position in positions(bank, account))


def _position(security: Security, start: Decimal, today: date, seed: int) -> Position:
    months = (today.year - BEGINNING.year) * 12 + today.month - 1
    quantity = start + (MONTHLY_BUY * months if security.kind == "mutual fund" else 0)
    price = _price(security, today, seed)
    value = int((quantity * price).to_integral_value())
    return Position(
        security, quantity, price, value, int((quantity * security.price * Decimal("1.18")).to_integral_value())
    )


def _price(security: Security, today: date, seed: int) -> int:
    """Between two month ends the price goes straight, with a little noise on each day."""
    month = today.replace(day=1)
    after = (month + timedelta(days=31)).replace(day=1)
    begin, end = _month_price(security, month, seed), _month_price(security, after, seed)
    noise = random.Random(f"{seed}:{security.ticker}:{today}").randrange(-8, 9) if security.wobble else 0
    return begin + (end - begin) * (today.day - 1) // 31 + begin * noise // 2_000


@lru_cache(maxsize=4096)
def _month_price(security: Security, month: date, seed: int) -> int:
    if month <= BEGINNING:
        return security.price
    before = _month_price(security, (month - timedelta(days=1)).replace(day=1), seed)
    dice = random.Random(f"{seed}:{security.ticker}:{month}")
    step = security.drift + (dice.randrange(-security.wobble, security.wobble + 1) if security.wobble else 0)
    return max(before + before * step // 10_000, 100)
