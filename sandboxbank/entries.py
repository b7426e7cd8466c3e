"""From a movement to journal entries: pending first, booked later, under names that the account's life decides."""

import json
import sqlite3
from datetime import date
from typing import NamedTuple

from sandboxbank import snapshots
from sandboxbank.ids import derived
from sandboxbank.movements import Movement


class Entry(NamedTuple):
    """A transaction as the journal keeps it. `successor` is the JSON of the entry that replaces a pending one."""

    account_id: str
    transaction_id: str
    day: str
    cents: int
    counted: bool
    pending: bool
    original: str
    snapshot: str
    due_on: str | None = None
    successor: str | None = None

    def by(self, today: date) -> "Entry":
        """The same, booked today if it was meant for later."""
        if self.day <= str(today):
            return self
        snapshot = self.snapshot.replace(f'"date":"{self.day}"', f'"date":"{today}"')
        return self._replace(day=str(today), snapshot=snapshot)


def entry(account: sqlite3.Row, movement: Movement, today: date) -> Entry | None:
    """How `movement` stands today; None when it is a hold that has already vanished."""
    if movement.pends and movement.posts_on > today:
        return _held(account, movement)
    return None if movement.vanishes else _booked(account, movement)


def revive(text: str) -> Entry | None:
    """The successor that a pending entry named; None when it just vanishes."""
    fields = json.loads(text)
    return Entry(**fields) if fields else None


def _held(account: sqlite3.Row, movement: Movement) -> Entry:
    successor = None if movement.vanishes else _booked(account, movement)._asdict()
    cents = movement.cents if movement.held_cents is None else movement.held_cents
    return _entry(
        account, movement, state="pending", cents=cents, day=movement.day, due_on=str(movement.posts_on),
        successor=json.dumps(successor),
    )  # fmt: skip


def _booked(account: sqlite3.Row, movement: Movement) -> Entry:
    return _entry(account, movement, state="posted", cents=movement.cents, day=movement.posts_on)


def _entry(
    account: sqlite3.Row,
    movement: Movement,
    *,
    state: str,
    cents: int,
    day: date,
    due_on: str | None = None,
    successor: str | None = None,
) -> Entry:
    account_id, pending = account["account_id"], state == "pending"
    currency = movement.currency or account["currency"]
    replaced = movement.pends and movement.matched and not pending
    face = snapshots.Face(
        account_id=account_id,
        transaction_id=derived(account_id, movement.key, state),
        replaces=derived(account_id, movement.key, "pending") if replaced else None,
        cents=cents,
        day=day.isoformat(),
        pending=pending,
        currency=currency,
        unofficial=bool(account["unofficial"]) and not movement.currency,
    )
    return Entry(
        account_id=account_id,
        transaction_id=face.transaction_id,
        day=face.day,
        cents=cents,
        counted=currency == account["currency"],
        pending=pending,
        original=movement.description,
        snapshot=snapshots.write(movement, face),
        due_on=due_on,
        successor=successor,
    )
