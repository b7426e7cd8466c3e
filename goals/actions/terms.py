"""What actions of goals take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from banking.models import Account
from goals.planning.debts import Loan


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an account that is for a goal: an amount, or a percentage of its balance."""

    account: Account
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewDebt:
    """What is owed now, the rate in percent a year and what has to be paid each month at least."""

    name: str
    balance: Decimal
    rate: Decimal
    minimum: Decimal


class Terms(TypedDict, total=False):
    """What to set; what is not named stays, or is as goals begin. `shares` and `debts` are all there are to be."""

    name: str
    kind: str
    currency: str
    target: Decimal | None
    due_on: date | None
    pace: Decimal | None
    priority: int
    state: str
    strategy: str
    extra: Decimal
    loan: Loan | None
    shares: Sequence[Share]
    debts: Sequence[NewDebt]
