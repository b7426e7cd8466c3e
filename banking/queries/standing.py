"""How an account or a book stands: what the queries about balances answer with. What is owed is negative."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from banking.figures import Figure
from banking.models import Account, AccountKind

ZERO = Decimal(0)
OWED = frozenset({AccountKind.CREDIT, AccountKind.LOAN})
"""The kinds whose balance is a liability; all others are assets, also when overdrawn."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Entries by hand dated after today, of one currency: they are in no balance of today."""

    account_ids: tuple[int, ...]
    count: int
    amount: Decimal
    first: date
    last: date

    @property
    def address(self) -> str:
        """The list of exactly these entries."""
        query = [("start", self.first.isoformat()), *(("account", str(pk)) for pk in self.account_ids)]
        return f"{reverse('transactions')}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account (with its connection and institution), its balance in its own currency, and what is ahead of it.

    The balance is that of today, or with `on` that at the end of the day.
    """

    account: Account
    balance: Decimal
    ahead: Ahead | None = None
    on: date | None = None

    @property
    def figure(self) -> Figure:
        """Leads to the account, whose opening and rows add up to it."""
        return self._figure("balance", self.balance, self.on)

    @property
    def after(self) -> Figure | None:
        """The balance after the entries ahead, where there are any."""
        return self._figure("after", self.balance + self.ahead.amount, self.ahead.last) if self.ahead else None

    def _figure(self, name: str, amount: Decimal, on: date | None) -> Figure:
        address = reverse("account", args=[self.account.pk]) + (f"?on={on.isoformat()}" if on else "")
        return Figure(f"{name}-{self.account.pk}", amount, self.account.currency, address=address)

    @property
    def is_owed(self) -> bool:
        return self.account.kind in OWED

    @property
    def difference(self) -> Decimal:
        """What the bank reports beyond our rows: zero unless the account is read and a row lacks."""
        return ZERO if self.reported is None else self.reported - self.balance

    @property
    def reported(self) -> Decimal | None:
        """What the bank says the balance is; None where it says nothing, or nothing any longer."""
        return self._told(self.account.reported)

    @property
    def available(self) -> Decimal | None:
        return self._told(self.account.available)

    @property
    def limit(self) -> Decimal | None:
        return self._told(self.account.limit)

    def _told(self, amount: Decimal | None) -> Decimal | None:
        return None if self.account.is_unlinked else amount


@dataclass(frozen=True, slots=True)
class Position:
    """What is there in one currency; `liabilities` is positive when something is owed."""

    currency: str
    assets: Decimal
    liabilities: Decimal
    ahead: Ahead | None = None

    @property
    def net_worth(self) -> Decimal:
        return self.assets - self.liabilities

    @property
    def after(self) -> Figure | None:
        """The net worth after the entries ahead, where there are any."""
        if self.ahead is None:
            return None
        address = f"{reverse('accounts')}?on={self.ahead.last.isoformat()}"
        amount = self.net_worth + self.ahead.amount
        return Figure(f"net-worth-after-{self.currency}", amount, self.currency, address=address)


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The balance of an account at the end of a day."""

    account_id: int
    day: date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Point:
    """An amount at the end of a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one currency, oldest first."""

    currency: str
    points: tuple[Point, ...]
