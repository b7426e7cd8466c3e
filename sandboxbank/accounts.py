"""An item's accounts and what is on them."""

import sqlite3
from collections.abc import Sequence

from sandboxbank import portfolios
from sandboxbank.bank import Bank
from sandboxbank.encoding import Prepared, money
from sandboxbank.errors import PlaidError
from sandboxbank.ids import derived

OWING = ("credit", "loan")


def standing(bank: Bank, item: sqlite3.Row, wanted: Sequence[str] = ()) -> list[sqlite3.Row]:
    """The open accounts that the user shares; with `wanted` just those. Raises PlaidError when one is not there."""
    sql = "SELECT * FROM account WHERE item_id = ? AND chosen = 1 AND closed = 0 ORDER BY position"
    found = bank.store.rows(sql, item["item_id"])
    if not wanted:
        return found
    if not set(wanted) <= {row["account_id"] for row in found}:
        raise PlaidError("INVALID_ACCOUNT_ID")
    return [row for row in found if row["account_id"] in wanted]


def describe(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    """The account as the protocol shows it, balances included."""
    return {
        "account_id": account["account_id"],
        "balances": balances(bank, account),
        "holder_category": account["holder"],
        "mask": account["mask"],
        "name": account["name"],
        "official_name": account["official_name"],
        "subtype": account["subtype"],
        "type": account["type"],
    }


def balances(bank: Bank, account: sqlite3.Row) -> dict[str, object]:
    """Current from what is booked, available from what is pending too."""
    now = portfolios.worth(bank, account) if account["type"] == "investment" else current(account)
    code, unofficial = account["currency"], bool(account["unofficial"])
    limit = account["limit_cents"]
    return {
        "available": _available(account, now),
        "current": money(now),
        "iso_currency_code": None if unofficial else code,
        "limit": None if limit is None else money(limit),
        "unofficial_currency_code": code if unofficial else None,
    }


def current(account: sqlite3.Row) -> int:
    """The booked balance in cents: what is there (of investments the cash), or what is owed on credit and loans."""
    moved = account["posted"] if account["type"] in OWING else -account["posted"]
    return int(account["opening"] + moved)


def as_seen_in_link(account: sqlite3.Row) -> dict[str, object]:
    """The account as a finished link session reports it."""
    return {
        "class_type": None,
        "id": account["account_id"],
        "mask": account["mask"],
        "name": account["name"],
        "subtype": account["subtype"],
        "type": account["type"],
        "verification_status": None,
    }


def renumber(bank: Bank, account: sqlite3.Row) -> str:
    """A new id for an account, as when a bank merges its systems; the new id. Its rows are the caller's business."""
    bank.store.run("UPDATE item SET round = round + 1 WHERE item_id = ?", account["item_id"])
    item = bank.store.one("SELECT round FROM item WHERE item_id = ?", account["item_id"])
    assert item is not None
    new = derived(account["item_id"], account["key"], item["round"])
    bank.store.run("UPDATE account SET account_id = ? WHERE account_id = ?", new, account["account_id"])
    return new


def _available(account: sqlite3.Row, now: int) -> Prepared | None:
    if account["forced_available"] is not None:
        return money(account["forced_available"])
    if account["type"] == "depository":
        return money(now - account["pending"])
    if account["type"] == "credit" and account["limit_cents"] is not None:
        return money(account["limit_cents"] - now - account["pending"])
    return None
