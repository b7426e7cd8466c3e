"""What is known of a row and of its account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """`kind` is depository, credit, loan, investment or other; `bank` the name of its bank, if one keeps it."""

    id: int
    name: str
    kind: str = "depository"
    mask: str = ""
    bank: str = ""
    is_owned_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One movement; positive is money in.

    `code` is the bank's category, `kind` that of the category it is filed under ("income", "expense", "transfer"; empty
    while nobody knows), `firm` whether a person or a rule of theirs filed it. `merchant` is the key that recognises it.
    `seen_at` is when it was stored, `gone` whether the bank took it back. One that is split moves as a whole only, its
    parts never go or take the place of anything.
    """

    id: int
    account: Account
    day: date
    amount: Decimal
    currency: str
    description: str
    merchant: str = ""
    code: str = ""
    kind: str = ""
    firm: bool = False
    pending: bool = False
    origin: str = "provider"
    authorized_on: date | None = None
    seen_at: datetime | None = None
    gone: bool = False
    is_split: bool = False
    is_part: bool = False

    @property
    def paid_on(self) -> date:
        """When it was paid, which may be days before it was booked."""
        return self.authorized_on or self.day


Forbidden = Callable[[Row, Row], bool]
"""Whether a person said that these two do not belong together."""


def nothing(_first: Row, _second: Row) -> bool:
    """Nobody has forbidden anything."""
    return False
