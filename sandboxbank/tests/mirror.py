"""A client that keeps a copy of an item by /transactions/sync, as the protocol says."""

from decimal import Decimal
from typing import Any

from sandboxbank.control import Control, ControlFailed, Linked

MUTATION = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"


class Mirror:
    """Rows by id; applies whole loops only."""

    def __init__(self, control: Control, item: Linked, *, count: int = 500) -> None:
        self._control, self._item, self._count = control, item, count
        self.rows: dict[str, dict[str, Any]] = {}
        self.cursor, self._loop = "", ""
        self._pages: list[dict[str, Any]] = []
        self.restarts = 0

    def step(self) -> bool:
        """Fetch one page; True when a loop has been completed and applied."""
        body = {"access_token": self._item.access_token, "cursor": self._loop or self.cursor, "count": self._count}
        try:
            page = self._control.api("/transactions/sync", body)
        except ControlFailed as failure:
            if failure.answer["error_code"] != MUTATION:
                raise
            self._pages, self._loop, self.restarts = [], "", self.restarts + 1
            return False
        if not page["next_cursor"]:
            return True
        self._pages.append(page)
        self._loop = page["next_cursor"]
        if page["has_more"]:
            return False
        self._apply()
        return True

    def sync(self) -> "Mirror":
        """A whole loop, however often it has to restart."""
        while not self.step():
            pass
        return self

    def total(self, account_id: str) -> Decimal:
        """The sum of booked rows of one account."""
        booked = (row for row in self.rows.values() if not row["pending"] and row["account_id"] == account_id)
        return sum((row["amount"] for row in booked), Decimal(0))

    def _apply(self) -> None:
        for page in self._pages:
            self.rows |= {row["transaction_id"]: row for row in (*page["added"], *page["modified"])}
        for page in self._pages:
            for gone in page["removed"]:
                del self.rows[gone["transaction_id"]]
        self.cursor, self._loop, self._pages = self._loop, "", []
