"""What a login at the pretend bank can be: some accounts and everything that ever happens on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sandboxbank.movements import Movement


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An account as it stands when it is linked. `balance` is in cents: what is there, or owed on credit and loans."""

    key: str
    name: str
    official_name: str
    type: str
    subtype: str
    balance: int
    currency: str = "USD"
    limit: int | None = None
    holder: str = "personal"
    unofficial: bool = False
    mask: str = ""
    available: int | None = None


class Life(Protocol):
    """A whole life, the same whenever it is asked."""

    past_days: int | None
    """How far the history goes back, whatever the client asks for; None: as far as it asks."""

    def accounts(self, *, today: date) -> list[AccountPlan]:
        """The accounts with the balances of that day."""

    def movements(self, *, first: date, last: date) -> Iterator[Movement]:
        """What begins on the days from `first` to `last` (both included), oldest first."""
