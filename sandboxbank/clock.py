"""The bank's own calendar: the real one, or a fixed day, moved on by hand."""

import time
from datetime import UTC, date, datetime, timedelta

from sandboxbank.store import Store


class Clock:
    """Today as the bank sees it. Moments of the protocol (token lifetimes, signatures) stay real."""

    def __init__(self, store: Store, first: date | None) -> None:
        self._store, self._first = store, first

    def today(self) -> date:
        """The bank's present day."""
        return (self._first or datetime.now(UTC).date()) + timedelta(days=self.ahead())

    def now(self) -> datetime:
        """The bank's present moment, aware."""
        real = datetime.now(UTC)
        return datetime.combine(self.today(), real.timetz())

    def ahead(self) -> int:
        """How many days the clock was moved on."""
        return int(self._store.setting("days_ahead", "0"))

    def advance(self, days: int) -> None:
        """Move on by whole days; never back."""
        if days < 0:
            raise ValueError("the clock does not go back")
        self._store.remember("days_ahead", str(self.ahead() + days))


def seconds() -> float:
    """The real time as seconds."""
    return time.time()


def moment(at: float | None) -> str | None:
    """Seconds as an ISO moment in UTC, or None."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
