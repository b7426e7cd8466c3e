"""/transactions/recurring/get: what comes back at regular intervals, found in the rows themselves."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from sandboxbank import accounts, growth, items, ledger
from sandboxbank.bank import Bank
from sandboxbank.clock import moment, seconds
from sandboxbank.encoding import cents, decode, money
from sandboxbank.errors import PlaidError
from sandboxbank.fields import Fields
from sandboxbank.ids import derived

RHYTHMS = (("WEEKLY", 7, 1), ("BIWEEKLY", 14, 1), ("SEMI_MONTHLY", 15, 1), ("MONTHLY", 30, 3), ("ANNUALLY", 365, 6))
STEADY_PERCENT = 45


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, and how many days that is."""

    name: str
    days: int


def answer(bank: Bank, body: Fields) -> dict[str, object]:
    """The streams of money in and out; raises PlaidError while history is still loading."""
    item = items.awake(bank, body.text("access_token"))
    if item["stage"] < growth.HISTORICAL:
        raise PlaidError("PRODUCT_NOT_READY")
    wanted = body.texts("account_ids") or body.section("options").texts("account_ids")
    shared = {account["account_id"] for account in accounts.standing(bank, item, wanted)}
    rows = [_shown(row) for row in ledger.present(bank.store, item_id=item["item_id"]) if not row["pending"]]
    groups: dict[tuple[str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["account_id"] in shared:
            groups[row["account_id"], _likeness(row), row["amount"] > 0].append(row)
    found = [(out, stream) for (_, _, out), group in groups.items() if (stream := _stream(group, bank.clock.today()))]
    return {
        "inflow_streams": [stream for out, stream in found if not out],
        "outflow_streams": [stream for out, stream in found if out],
        "personal_finance_category_version": "v2",
        "updated_datetime": moment(item["updated_at"] or seconds()),
    }


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    found = decode(row["snapshot"])
    assert isinstance(found, dict)
    return found


def _likeness(row: dict[str, Any]) -> str:
    """The merchant, or the words of the name without numbers in them."""
    words = [word for word in row["name"].split() if not any(sign.isdigit() for sign in word)]
    return str(row["merchant_name"] or " ".join(words).casefold())


def _stream(rows: Sequence[dict[str, Any]], today: date) -> dict[str, object] | None:
    """One stream, or None when there is no rhythm or the amounts have nothing in common."""
    ordered = sorted(rows, key=lambda row: row["date"])
    days = [date.fromisoformat(row["authorized_date"] or row["date"]) for row in ordered]
    rhythm, amounts = _rhythm(days), [cents(row["amount"]) for row in ordered]
    typical = median(map(abs, amounts))
    if rhythm is None or any(abs(abs(amount) - typical) * 100 > typical * STEADY_PERCENT for amount in amounts):
        return None
    last, active = ordered[-1], today - days[-1] <= timedelta(days=rhythm.days * 3 // 2)
    status = ("MATURE" if len(rows) > 3 else "EARLY_DETECTION") if active else "TOMBSTONED"
    currency = {
        "iso_currency_code": last["iso_currency_code"],
        "unofficial_currency_code": last["unofficial_currency_code"],
    }
    return {
        "account_id": last["account_id"],
        "average_amount": {"amount": money(sum(amounts) // len(amounts))} | currency,
        "category": None,
        "category_id": None,
        "description": last["name"],
        "first_date": ordered[0]["date"],
        "frequency": rhythm.name,
        "is_active": active,
        "is_user_modified": False,
        "last_amount": {"amount": money(amounts[-1])} | currency,
        "last_date": last["date"],
        "merchant_name": last["merchant_name"],
        "personal_finance_category": last["personal_finance_category"],
        "predicted_next_date": str(days[-1] + timedelta(days=rhythm.days)) if active else None,
        "status": status,
        "stream_id": derived(last["account_id"], _likeness(last), amounts[-1] > 0),
        "transaction_ids": [row["transaction_id"] for row in ordered],
    }


def _rhythm(days: Sequence[date]) -> Rhythm | None:
    if len(days) < 3:
        return None
    gaps = [(after - before).days for before, after in zip(days, days[1:], strict=False)]
    for name, length, slack in RHYTHMS:
        if sum(abs(gap - length) <= slack for gap in gaps) * 10 >= len(gaps) * 8:
            return Rhythm(name, length)
    return None
