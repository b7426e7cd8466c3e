"""What any source of bank data offers. Only these frozen dataclasses cross the border.

Signs are already ours here: money in is positive, and what is owed on a card or loan is a negative balance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

Kind = Literal["reauth", "retry", "restart", "gone", "unsupported", "config"]


class BankError(Exception):
    """A provider could not do what was asked. `kind` says what helps; `message` may be shown to a person."""

    def __init__(self, kind: Kind, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(f"{kind}: {code or message}")
        self.kind, self.message, self.code, self.request_id = kind, message, code, request_id


@dataclass(frozen=True, slots=True)
class LinkStart:
    """Where to send the browser, and the token that later proves which session came back."""

    token: str
    url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account as known before it is linked for good: enough to recognise a duplicate."""

    external_id: str
    name: str
    mask: str
    kind: str
    subtype: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What came of a link session: `public_token` is None while it is open or when it was left."""

    status: Literal["open", "left", "done"]
    public_token: str | None = None
    institution_id: str = ""
    institution_name: str = ""
    accounts: tuple[LinkedAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """The lasting right to read one login. `secret` opens it and is kept encrypted."""

    external_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    external_id: str
    name: str
    logo: str = ""
    colour: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account now. Balances are in `currency`; what is owed is negative."""

    external_id: str
    name: str
    official_name: str
    mask: str
    kind: str
    subtype: str
    currency: str
    current: Decimal | None
    available: Decimal | None
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class TransactionFacts:
    """One movement as the bank tells it. `replaces` is the id of the pending row that it settles."""

    external_id: str
    account_id: str
    day: date
    authorized_on: date | None
    amount: Decimal
    currency: str
    description: str
    merchant: str
    pending: bool
    replaces: str
    channel: str
    category: str
    category_primary: str
    category_confidence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed since a cursor, as one consistent set.

    `ready` is False while the bank has nothing to tell yet, `complete` once the whole history has been told. With
    `full` it was read from the beginning, so that a stored row that is not among `added` no longer exists.
    """

    cursor: str
    accounts: tuple[AccountFacts, ...] = ()
    added: tuple[TransactionFacts, ...] = ()
    modified: tuple[TransactionFacts, ...] = ()
    removed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    ready: bool = True
    complete: bool = True
    full: bool = False
    pages: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that has proven to come from the provider. `expires_at` is when a right ends, where it says so."""

    connection_id: str
    topic: Literal["sync", "reauth", "repaired", "expiring", "revoked", "new_accounts", "linked", "other"]
    code: str = ""
    link_token: str = ""
    expires_at: datetime | None = None


class BankFeed(Protocol):
    """Linking a login and reading what changes behind it. Every method may raise BankError."""

    name: str

    def start(self, *, user_key: str, return_url: str, secret: str | None, choose_accounts: bool) -> LinkStart:
        """Open a link session; with `secret` one that repairs an existing login."""

    def result(self, *, token: str) -> LinkResult:
        """What came of a link session."""

    def finish(self, *, public_token: str) -> Grant:
        """Exchange the one-time token for the lasting right."""

    def accounts(self, *, secret: str) -> tuple[AccountFacts, ...]:
        """The accounts with cached balances, at least one; free of charge. Asked for again like a page."""

    def balances(self, *, secret: str, account_ids: Sequence[str]) -> tuple[AccountFacts, ...]:
        """Live balances: slow and billed, so only where a person asks."""

    def changes(self, *, secret: str, cursor: str) -> Changes:
        """The whole loop from `cursor` on, each failed page retried by itself."""

    def institution(self, *, external_id: str) -> InstitutionFacts:
        """The bank's name and looks."""

    def institution_of(self, *, secret: str) -> str:
        """The id of the bank behind a login; empty where the provider does not say."""

    def revoke(self, *, secret: str) -> None:
        """Give the right back; a right already gone is no error."""


class Webhooks(Protocol):
    """Reading what the provider sends by itself."""

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Raise Forged when the body is not provably the provider's and fresh, BankError when that cannot be told."""


class Forged(Exception):
    """A webhook that does not prove its origin or is too old."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One line of the registry."""

    name: str
    feed: BankFeed
    webhooks: Webhooks
