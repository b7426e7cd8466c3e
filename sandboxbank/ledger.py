"""The journal of an item: rows with the number of their first and last change, and the balances they make.

`born` and `last` count the item's changes, so what happened between two numbers is one index scan, and a row born and
removed between them is nobody's business.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sandboxbank import snapshots
from sandboxbank.encoding import cents as cents_of
from sandboxbank.encoding import decode, money
from sandboxbank.entries import Entry, revive
from sandboxbank.store import Store

INSERT = """INSERT INTO row (item_id, account_id, transaction_id, born, last, day, cents, counted, pending, due_on,
 successor, original, snapshot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

OWED = "(CASE WHEN type IN ('credit', 'loan') THEN 1 ELSE -1 END)"
BALANCE = f"opening + {OWED} * posted"


class NoSuchRow(Exception):
    """There is no such transaction, or it is removed already."""


def add(store: Store, *, item_id: str, entries: Iterable[Entry], past: bool = False) -> int:
    """Append entries in order; how many. With `past` they are older than today's balance, which stays as it is."""
    with store.transaction():
        first = head = _head(store, item_id)
        totals: Counter[tuple[str, bool]] = Counter()
        heads: dict[str, int] = {}

        def lines() -> Iterator[tuple[str | int | None, ...]]:
            nonlocal head
            for new in entries:
                head += 1
                heads[new.account_id] = head
                if new.counted:
                    totals[new.account_id, new.pending] += new.cents
                yield (item_id, new.account_id, new.transaction_id, head, head, new.day, new.cents, new.counted,
                       new.pending, new.due_on, new.successor, new.original, new.snapshot)  # fmt: skip

        store.run_many(INSERT, lines())
        for (account_id, pending), total in totals.items():
            _shift(store, account_id, total, pending=pending)
            if past and not pending:
                store.run(f"UPDATE account SET opening = opening + {OWED} * ? WHERE account_id = ?", -total, account_id)  # noqa: S608  (a constant)
        for account_id, last in heads.items():
            store.run("UPDATE account SET used = 1, head = ? WHERE account_id = ?", last, account_id)
        store.run("UPDATE item SET head = ? WHERE item_id = ?", head, item_id)
        return head - first


def remove(store: Store, *, item_id: str, transaction_ids: Sequence[str]) -> int:
    """Take rows back; raises NoSuchRow."""
    with store.transaction():
        for transaction_id in transaction_ids:
            _retire(store, find(store, item_id=item_id, transaction_id=transaction_id))
        return len(transaction_ids)


def amend(store: Store, *, item_id: str, transaction_id: str, fields: Mapping[str, object]) -> None:
    """Change fields of a row, `amount` among them, as the protocol names them; raises NoSuchRow."""
    with store.transaction():
        row = find(store, item_id=item_id, transaction_id=transaction_id)
        shown = decode(row["snapshot"])
        assert isinstance(shown, dict)
        shown |= fields
        cents = cents_of(shown["amount"])
        shown["amount"] = money(cents)
        if row["counted"]:
            _shift(store, row["account_id"], cents - row["cents"], pending=bool(row["pending"]))
        store.run(
            "UPDATE row SET last = ?, cents = ?, day = ?, original = ?, snapshot = ? WHERE id = ?",
            _next(store, item_id, row["account_id"]), cents, str(shown["date"]),
            str(fields.get("original_description", row["original"])), snapshots.edited(shown), row["id"],
        )  # fmt: skip


def post(store: Store, *, item_id: str, today: date, early: bool = False) -> int:
    """Let pending rows that are due (with `early` all of them) be booked or vanish; how many."""
    with store.transaction():
        due = store.rows(
            "SELECT * FROM row WHERE item_id = ? AND due_on <= ? AND gone = 0 ORDER BY due_on, last",
            item_id, str(date.max if early else today),
        )  # fmt: skip
        for row in due:
            _retire(store, row)
        booked = [entry.by(today) for row in due if (entry := revive(row["successor"]))]
        add(store, item_id=item_id, entries=booked)
        return len(due)


def find(store: Store, *, item_id: str, transaction_id: str) -> sqlite3.Row:
    """A present row; raises NoSuchRow."""
    row = store.one("SELECT * FROM row WHERE transaction_id = ? AND item_id = ? AND gone = 0", transaction_id, item_id)
    if row is None:
        raise NoSuchRow(transaction_id)
    return row


def present(store: Store, *, item_id: str) -> list[sqlite3.Row]:
    """All rows that stand now, oldest change first."""
    return store.rows("SELECT * FROM row WHERE item_id = ? AND gone = 0 ORDER BY last", item_id)


def booked_after(store: Store, *, account_id: str, day: date) -> int:
    """What the booked rows after that day come to, in cents."""
    sql = (
        "SELECT sum(cents) AS total FROM row WHERE account_id = ? AND day > ? AND gone = 0 AND counted AND NOT pending"
    )
    found = store.one(sql, account_id, str(day))
    return int(found["total"] or 0) if found else 0


def show_again(store: Store, *, item_id: str, account_id: str) -> None:
    """Make an account's rows news once more, for clients that had lost sight of it."""
    with store.transaction():
        for row in store.rows("SELECT id FROM row WHERE account_id = ? AND gone = 0 ORDER BY last", account_id):
            head = _next(store, item_id, account_id)
            store.run("UPDATE row SET born = ?, last = ? WHERE id = ?", head, head, row["id"])


def _retire(store: Store, row: sqlite3.Row) -> None:
    if row["counted"]:
        _shift(store, row["account_id"], -row["cents"], pending=bool(row["pending"]))
    last = _next(store, row["item_id"], row["account_id"])
    store.run("UPDATE row SET gone = 1, due_on = NULL, last = ? WHERE id = ?", last, row["id"])


def _shift(store: Store, account_id: str, cents: int, *, pending: bool) -> None:
    column = "pending" if pending else "posted"
    store.run(f"UPDATE account SET {column} = {column} + ? WHERE account_id = ?", cents, account_id)  # noqa: S608  (two constants)


def _next(store: Store, item_id: str, account_id: str) -> int:
    head = _head(store, item_id) + 1
    store.run("UPDATE item SET head = ? WHERE item_id = ?", head, item_id)
    store.run("UPDATE account SET head = ? WHERE account_id = ?", head, account_id)
    return head


def _head(store: Store, item_id: str) -> int:
    found = store.one("SELECT head FROM item WHERE item_id = ?", item_id)
    assert found is not None
    return int(found["head"])
