"""How an item's journal grows: first 30 days, then the whole history, then day by day."""

import random
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sandboxbank import catalogue, hooks, ledger
from sandboxbank.bank import Bank
from sandboxbank.clock import seconds
from sandboxbank.entries import Entry, entry
from sandboxbank.lives import Life
from sandboxbank.movements import Movement

NOT_READY, INITIAL, HISTORICAL = 0, 1, 2
INITIAL_DAYS = 30


def settle(bank: Bank, item_id: str) -> None:
    """Bring the item up to the present: load history that is due, live the days since it was last seen."""
    with bank.store.transaction():
        item = _item(bank, item_id)
        if item["removed"] or item["error"] or item["started_at"] is None:
            return
        waited = seconds() - item["started_at"]
        if item["stage"] == NOT_READY and waited >= bank.options.initial_seconds:
            _load_recent(bank, item)
            item = _item(bank, item_id)
        if item["stage"] == INITIAL and waited >= bank.options.historical_seconds:
            _load_history(bank, item)
            item = _item(bank, item_id)
        if item["stage"] == HISTORICAL and item["lived_until"] < str(bank.clock.today()):
            live_until(bank, item, bank.clock.today())


def settle_all(bank: Bank) -> None:
    """Settle every item that has something to catch up with."""
    behind = """SELECT item_id FROM item WHERE removed = 0 AND error IS NULL AND started_at IS NOT NULL
     AND (stage < 2 OR lived_until < ?) ORDER BY created_at"""
    for item in bank.store.rows(behind, str(bank.clock.today())):
        settle(bank, item["item_id"])


def start(bank: Bank, item_id: str, *, days: int) -> None:
    """Begin to collect transactions, `days` back."""
    bank.store.run("UPDATE item SET started_at = ?, days = ? WHERE item_id = ?", seconds(), days, item_id)


def live_until(bank: Bank, item: sqlite3.Row, last: date) -> None:
    """Live day by day: what is pending gets booked, new movements come."""
    item_id, day, changed = item["item_id"], date.fromisoformat(item["lived_until"]), 0
    life, entries = _life(bank, item), _writer(bank, item)
    while day < last:
        day += timedelta(days=1)
        changed += ledger.post(bank.store, item_id=item_id, today=day)
        changed += ledger.add(bank.store, item_id=item_id, entries=entries(life.movements(first=day, last=day), day))
    _touch(bank, item_id, lived_until=last)
    if changed:
        hooks.updates_available(bank, item_id, legacy="DEFAULT_UPDATE", count=changed)


def refresh(bank: Bank, item: sqlite3.Row) -> None:
    """The dynamic test user: what was pending is booked, three new purchases are pending."""
    store, item_id, today = bank.store, item["item_id"], bank.clock.today()
    changed = ledger.post(store, item_id=item_id, today=today, early=True)
    dice, number = random.Random(f"{bank.options.seed}:{item['head']}"), item["head"]
    names = [("STARBUCKS STORE 10442", 395, 895), ("TARGET T-1183", 900, 9_000), ("UBER *TRIP", 700, 3_900)]
    news = [
        Movement(
            f"refresh.{number}.{index}", "checking", today, today + timedelta(days=2), dice.randrange(low, high), name,
            pends=True,
        )
        for index, (name, low, high) in enumerate(names)
    ]  # fmt: skip
    changed += write(bank, item, news)
    hooks.updates_available(bank, item_id, legacy="DEFAULT_UPDATE", count=changed)


def record(bank: Bank, item: sqlite3.Row, movements: Iterable[Movement]) -> int:
    """Write extra movements into the journal and tell of them; how many."""
    count = write(bank, item, movements)
    hooks.updates_available(bank, item["item_id"], legacy="DEFAULT_UPDATE", count=count)
    return count


def write(bank: Bank, item: sqlite3.Row, movements: Iterable[Movement], *, past: bool = False) -> int:
    """Write extra movements into the journal; how many. With `past` today's balance has them already."""
    entries = _writer(bank, item)(movements, bank.clock.today())
    return ledger.add(bank.store, item_id=item["item_id"], entries=entries, past=past)


def backfill_account(bank: Bank, item: sqlite3.Row, key: str) -> None:
    """Write the past of an account that was chosen only now."""
    if item["lived_until"] is None:
        return
    life, until = _life(bank, item), date.fromisoformat(item["lived_until"])
    past = life.movements(first=_beginning(bank, item, life, until), last=until)
    entries = _writer(bank, item)((movement for movement in past if movement.account == key), until)
    ledger.add(bank.store, item_id=item["item_id"], entries=entries, past=True)


def _load_recent(bank: Bank, item: sqlite3.Row) -> None:
    today = bank.clock.today()
    life = _life(bank, item)
    recent = life.movements(first=today - timedelta(days=INITIAL_DAYS - 1), last=today)
    count = ledger.add(bank.store, item_id=item["item_id"], entries=_writer(bank, item)(recent, today), past=True)
    _touch(bank, item["item_id"], lived_until=today, stage=INITIAL)
    hooks.updates_available(bank, item["item_id"], legacy="INITIAL_UPDATE", count=count)


def _load_history(bank: Bank, item: sqlite3.Row) -> None:
    until, life = date.fromisoformat(item["lived_until"]), _life(bank, item)
    older = life.movements(first=_beginning(bank, item, life, until), last=until - timedelta(days=INITIAL_DAYS))
    count = ledger.add(bank.store, item_id=item["item_id"], entries=_writer(bank, item)(older, until), past=True)
    _touch(bank, item["item_id"], lived_until=until, stage=HISTORICAL)
    hooks.updates_available(bank, item["item_id"], legacy="HISTORICAL_UPDATE", count=count)


def _beginning(bank: Bank, item: sqlite3.Row, life: Life, until: date) -> date:
    wanted = item["days"] or bank.options.history_days
    days = life.past_days or min(wanted, bank.options.history_days)
    return until - timedelta(days=days - 1)


def _writer(bank: Bank, item: sqlite3.Row) -> Callable[[Iterable[Movement], date], Iterable[Entry]]:
    found = bank.store.rows("SELECT * FROM account WHERE item_id = ? AND backfilled = 1", item["item_id"])
    accounts = {account["key"]: account for account in found}

    def entries(movements: Iterable[Movement], today: date) -> Iterable[Entry]:
        for movement in movements:
            account = accounts.get(movement.account)
            if account is not None and (made := entry(account, movement, today)):
                yield made

    return entries


def _life(bank: Bank, item: sqlite3.Row) -> Life:
    return catalogue.life_of(item, seed=bank.options.seed, history_days=bank.options.history_days)


def _touch(bank: Bank, item_id: str, *, lived_until: date, stage: int | None = None) -> None:
    bank.store.run(
        "UPDATE item SET lived_until = ?, stage = coalesce(?, stage), updated_at = ? WHERE item_id = ?",
        str(lived_until), stage, seconds(), item_id,
    )  # fmt: skip


def _item(bank: Bank, item_id: str) -> sqlite3.Row:
    found = bank.store.one("SELECT * FROM item WHERE item_id = ?", item_id)
    assert found is not None
    return found
