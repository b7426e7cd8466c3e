"""Control over the rows of an item: looking at the truth, adding, changing and removing."""

import json
import sqlite3
from datetime import date

from sandboxbank import accounts, growth, hooks, ids, ledger
from sandboxbank.bank import Bank
from sandboxbank.custom import recognised
from sandboxbank.encoding import Prepared, Spliced, cents, money
from sandboxbank.entries import Entry
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.movements import Movement
from sandboxbank.snapshots import with_original


def ledger_of(bank: Bank, item_id: str) -> dict[str, object]:
    """What is true at the bank now: every present row of the shared accounts, and how each balance comes about."""
    growth.settle(bank, item_id)
    with bank.store.transaction():
        item = bank.store.one("SELECT * FROM item WHERE item_id = ?", item_id)
        assert item is not None
        shared = accounts.standing(bank, item)
        names = {account["account_id"] for account in shared}
        rows = [row for row in ledger.present(bank.store, item_id=item_id) if row["account_id"] in names]
        return {
            "item_id": item_id,
            "stage": item["stage"],
            "today": str(bank.clock.today()),
            "accounts": [_account(bank, account) for account in shared],
            "transactions": Spliced(with_original(row["snapshot"], row["original"]) for row in rows),
        }


def edit(bank: Bank, item: sqlite3.Row, body: Fields) -> dict[str, object]:
    """Add, modify and remove rows in one go, then tell by webhook unless `quiet`; the ids of the added rows.

    With `past` the added ones are history that comes late: today's balance stays as it is.
    """
    item_id = item["item_id"]
    try:
        with bank.store.transaction():
            made = [_movement(bank, item, row) for row in body.sections("add")]
            growth.write(bank, item, made, past=body.flag("past"))
            for change in body.sections("modify"):
                fields = {name: value for name, value in change.given.items() if name != "transaction_id"}
                ledger.amend(bank.store, item_id=item_id, transaction_id=change.text("transaction_id"), fields=fields)
            removed = ledger.remove(bank.store, item_id=item_id, transaction_ids=body.texts("remove"))
    except ledger.NoSuchRow as error:
        raise PlaidError("INVALID_FIELD", f"there is no transaction {error}") from error
    changed = len(made) + len(body.sections("modify")) + removed
    if not body.flag("quiet"):
        hooks.updates_available(bank, item_id, legacy="DEFAULT_UPDATE", count=changed)
    return {"added": [_named(bank, item, movement) for movement in made], "changed": changed}


def post_all(bank: Bank, item: sqlite3.Row) -> int:
    """Book everything that is pending; how many."""
    count = ledger.post(bank.store, item_id=item["item_id"], today=bank.clock.today(), early=True)
    if count:
        hooks.updates_available(bank, item["item_id"], legacy="DEFAULT_UPDATE", count=count)
    return count


def move_rows(bank: Bank, account: sqlite3.Row, new: str) -> None:
    """Write an account's rows again under its new id; the old ones are removed."""
    old, item_id = account["account_id"], account["item_id"]
    rows = bank.store.rows("SELECT * FROM row WHERE account_id = ? AND gone = 0 ORDER BY last", old)
    with bank.store.transaction():
        bank.store.run("UPDATE account SET account_id = ? WHERE account_id = ?", old, new)
        ledger.remove(bank.store, item_id=item_id, transaction_ids=[row["transaction_id"] for row in rows])
        bank.store.run("UPDATE account SET account_id = ? WHERE account_id = ?", new, old)
        ledger.add(bank.store, item_id=item_id, entries=[_moved(row, old, new) for row in rows])
    hooks.updates_available(bank, item_id, legacy="DEFAULT_UPDATE", count=len(rows))


def _moved(row: sqlite3.Row, old: str, new: str) -> Entry:
    """The row on the renumbered account, its successor too, under ids that follow from the old ones."""

    def rename(text: str) -> str:
        shown = json.loads(text)
        for name in (shown["transaction_id"], shown["pending_transaction_id"]):
            if name:
                text = text.replace(name, ids.derived(new, name))
        return text.replace(old, new)

    successor = json.loads(row["successor"] or "null")
    if successor:
        fresh = ids.derived(new, successor["transaction_id"])
        successor |= {"account_id": new, "transaction_id": fresh, "snapshot": rename(successor["snapshot"])}
    return Entry(
        account_id=new, transaction_id=ids.derived(new, row["transaction_id"]), day=row["day"], cents=row["cents"],
        counted=bool(row["counted"]), pending=bool(row["pending"]), original=row["original"],
        snapshot=rename(row["snapshot"]), due_on=row["due_on"],
        successor=None if row["successor"] is None else json.dumps(successor),
    )  # fmt: skip


def _account(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    owing = account["type"] in accounts.OWING
    moved: Prepared = money(account["posted"] if owing else -account["posted"])
    return accounts.describe(bank, account) | {
        "key": account["key"],
        "starting_balance": money(account["opening"]),
        "moved": moved,
        "pending": money(account["pending"]),
    }


def _movement(bank: Bank, item: sqlite3.Row, row: Fields) -> Movement:
    """A row as the control API takes it: amount, name, and optionally account (id or key), date, pending, category …"""
    shared = accounts.standing(bank, item)
    wanted = row.text("account", shared[0]["account_id"])
    found = next((each for each in shared if wanted in (each["account_id"], each["key"])), None)
    if found is None:
        raise PlaidError("INVALID_ACCOUNT_ID")
    name, day = row.text("name", "CONTROL PURCHASE"), row.day("date", bank.clock.today())
    known, pending = recognised(name), row.flag("pending")
    currency = row.text("currency", found["currency"])
    return Movement(
        row.text("key", ids.fresh(12)), found["key"], row.day("authorized_date", day),
        row.day("posts_on", date.max) if pending else day, cents(row.given.get("amount")), name,
        party=known.party if known else None, category=row.text("category", known.category if known else ""),
        channel=row.text("channel", known.channel if known else "other"), pends=pending,
        currency=currency if currency != found["currency"] else "",
        held_cents=cents(row.given["held"]) if "held" in row.given else None, vanishes=row.flag("vanishes"),
    )  # fmt: skip


def _named(bank: Bank, item: sqlite3.Row, movement: Movement) -> str:
    sql = "SELECT account_id FROM account WHERE item_id = ? AND key = ?"
    account = bank.store.one(sql, item["item_id"], movement.account)
    assert account is not None
    return ids.derived(account["account_id"], movement.key, "pending" if movement.pends else "posted")
