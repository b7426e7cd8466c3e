"""/transactions/sync: one page of the net effect since a cursor."""

import sqlite3
from collections.abc import Callable

from sandboxbank import accounts, growth, items
from sandboxbank.bank import Bank
from sandboxbank.cursors import Cursor, seal, unseal
from sandboxbank.encoding import Spliced
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.snapshots import with_original
from sandboxbank.taxonomy import in_old_terms

STATUS = ("NOT_READY", "INITIAL_UPDATE_COMPLETE", "HISTORICAL_UPDATE_COMPLETE")
PAGE = """SELECT transaction_id, account_id, born, last, gone, original, snapshot FROM row
 WHERE item_id = ? AND last > ? AND last <= ? AND NOT (gone = 1 AND born > ?)"""


def page(bank: Bank, body: Fields) -> dict[str, object]:
    """The answer to one request; raises PlaidError, also when the journal moved on during the client's loop."""
    sealed = body.text("cursor", "")
    count = body.whole("count", default=100, low=1, high=500)
    options = body.section("options")
    item = items.awake(bank, body.text("access_token"))
    _arm(bank, item, options)
    item = items.awake(bank, body.text("access_token"))
    if item["stage"] == growth.NOT_READY:
        return _answer([], [], [], cursor="", more=False, shown=[], status=STATUS[0])
    stream, head, only = _stream(bank, item, options.text("account_id", ""))
    if sealed == "now":
        sealed = seal(Cursor(stream, head, head, head), bank.cursor_key)
    cursor = unseal(sealed, stream=stream, key=bank.cursor_key) if sealed else Cursor(stream, 0, head, 0)
    if cursor.resting:
        cursor = Cursor(stream, cursor.head, head, cursor.head)
    elif cursor.head != head:
        raise PlaidError("TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION")
    rows = _changes(bank, item, cursor, limit=count + 1, only=only)
    shown, more = rows[:count], len(rows) > count
    place = Cursor(stream, cursor.base, head, shown[-1]["last"]) if more else Cursor(stream, head, head, head)
    render = _renderer(options)
    used = [account for account in accounts.standing(bank, item) if account["used"]]
    return _answer(
        [render(row) for row in shown if not row["gone"] and row["born"] > cursor.base],
        [render(row) for row in shown if not row["gone"] and row["born"] <= cursor.base],
        [row for row in shown if row["gone"]],
        cursor=seal(place, bank.cursor_key),
        more=more,
        shown=[accounts.describe(bank, account) for account in used],
        status=STATUS[item["stage"]],
    )


def _answer(
    added: list[str],
    modified: list[str],
    removed: list[sqlite3.Row],
    *,
    cursor: str,
    more: bool,
    shown: list[dict[str, object]],
    status: str,
) -> dict[str, object]:
    return {
        "accounts": shown,
        "added": Spliced(added),
        "modified": Spliced(modified),
        "removed": [{"account_id": row["account_id"], "transaction_id": row["transaction_id"]} for row in removed],
        "next_cursor": cursor,
        "has_more": more,
        "transactions_update_status": status,
    }


def _arm(bank: Bank, item: sqlite3.Row, options: Fields) -> None:
    """Remember that this item is being synced: only then does it send SYNC_UPDATES_AVAILABLE."""
    if not item["armed"]:
        bank.store.run("UPDATE item SET armed = 1 WHERE item_id = ?", item["item_id"])
    if item["started_at"] is None:
        growth.start(bank, item["item_id"], days=options.whole("days_requested", default=90, low=1, high=730))


def _stream(bank: Bank, item: sqlite3.Row, account_id: str) -> tuple[str, int, list[str]]:
    """The name of the stream, its head, and the accounts to keep to (none named: all)."""
    known = bank.store.rows("SELECT * FROM account WHERE item_id = ?", item["item_id"])
    standing = [row["account_id"] for row in known if row["chosen"] and not row["closed"]]
    if account_id:
        if account_id not in standing:
            raise PlaidError("INVALID_ACCOUNT_ID")
        head = next(row["head"] for row in known if row["account_id"] == account_id)
        return f"{item['item_id']}.{account_id}", head, [account_id]
    return item["item_id"], item["head"], standing if len(standing) < len(known) else []


def _changes(bank: Bank, item: sqlite3.Row, cursor: Cursor, *, limit: int, only: list[str]) -> list[sqlite3.Row]:
    chosen = f" AND account_id IN ({','.join('?' * len(only))})" if only else ""
    sql = f"{PAGE}{chosen} ORDER BY last LIMIT ?"
    return bank.store.rows(sql, item["item_id"], cursor.place, cursor.head, cursor.base, *only, limit)


def _renderer(options: Fields) -> Callable[[sqlite3.Row], str]:
    original = options.flag("include_original_description")
    old = options.text("personal_finance_category_version", "v2") == "v1"

    def render(row: sqlite3.Row) -> str:
        whole = with_original(row["snapshot"], row["original"]) if original else str(row["snapshot"])
        return in_old_terms(whole) if old else whole

    return render
