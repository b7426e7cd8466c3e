"""What people do with their money, as plain facts; persona_life.py turns them into movements."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Monthly:
    """On a day of the month; `spread` in percent either way, `rise` in cents every January."""

    account: str
    merchant: str
    on: int
    cents: int
    spread: int = 0
    rise: int = 0


@dataclass(frozen=True, slots=True)
class Paycheck:
    """Every `every` days; `cents` is what comes in, `rise` what a year adds."""

    account: str
    merchant: str
    cents: int
    every: int = 14
    spread: int = 0
    rise: int = 0


@dataclass(frozen=True, slots=True)
class Often:
    """At no fixed time, `per_week` on average, for `low` to `high` cents. `style`: plain, fuel (a hold first), tip."""

    account: str
    merchants: tuple[str, ...]
    per_week: float
    low: int
    high: int
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Yearly:
    """Once a year; `currency` where it is booked in another than the account's."""

    account: str
    merchant: str
    month: int
    on: int
    cents: int
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Between two accounts of the same person, every month; both legs are booked."""

    source: str
    target: str
    on: int
    cents: int
    out: str = "save_out"
    into: str = "save_in"


@dataclass(frozen=True, slots=True)
class PayCard:
    """Pay last month's spending on a card: all of it, or `percent` of it."""

    card: str
    payer: str
    on: int
    percent: int = 100
    out: str = "card_payment"
    into: str = "card_payment_in"


@dataclass(frozen=True, slots=True)
class Level:
    """Keep an account level: a third of what three months left over goes away, what they lacked comes back.

    `target` is an account of the same person, or empty for one that is not here. What comes back is worded `lent` and
    comes from elsewhere; without `lent` it comes from `target`.
    """

    account: str
    target: str
    on: int
    out: str = "save_out"
    into: str = "save_in"
    lent: str = ""


Habit = Monthly | Paycheck | Often | Yearly | Move | PayCard | Level
