"""Faults around one request: instead of an answer, before it, or to it."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sandboxbank import accounts, ledger
from sandboxbank.bank import Bank
from sandboxbank.encoding import cents, decode, encode, money
from sandboxbank.errors import PlaidError
from sandboxbank.faults import ON_ANSWER, ON_REQUEST, ON_SYNC
from sandboxbank.fields import Fields
from sandboxbank.messages import HTML, Response, json_response

SORRY = b"<html><head><title>503</title></head><body><h1>Service Temporarily Unavailable</h1></body></html>"
HANG_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happens before the answer: another one, or a pause."""

    instead: Response | None = None
    pause: float = 0.0


def before(bank: Bank, endpoint: str, body: Fields) -> Mishap:
    """Commit the planned faults that need no answer; raises PlaidError for planned errors."""
    item_id = _item_id(bank, body)
    if endpoint == "/transactions/sync":
        early = _on_sync(bank, endpoint, item_id, body)
        if early:
            return Mishap(early)
    pause = 0.0
    for plan in bank.faults.take(ON_REQUEST, endpoint=endpoint, item_id=item_id):
        match plan["kind"]:
            case "delay":
                pause += float(plan.get("seconds", 1))
            case "hang":
                return Mishap(Response(200, b"", accident="reset", seconds=float(plan.get("seconds", HANG_SECONDS))))
            case "reset":
                return Mishap(Response(200, b"", accident="reset"))
            case "error":
                raise PlaidError(plan.get("code", "INTERNAL_SERVER_ERROR"), plan.get("message", ""))
            case "html":
                return Mishap(Response(503, SORRY, HTML))
            case "not_json":
                return Mishap(Response(200, b"upstream said OK", "text/plain"))
            case "http":
                return Mishap(Response(int(plan.get("status", 500)), str(plan.get("body", "")).encode(),
                                       str(plan.get("content_type", "application/json"))))  # fmt: skip
    return Mishap(pause=pause)


def after(bank: Bank, endpoint: str, body: Fields, response: Response, *, pause: float) -> Response:
    """The answer with its planned blemishes."""
    for plan in bank.faults.take(ON_ANSWER, endpoint=endpoint, item_id=_item_id(bank, body)):
        if plan["kind"] == "truncate":
            response = replace(response, accident="truncate")
        elif plan["kind"] == "stale_balance":
            response = replace(response, body=_stale(bank, response.body, days=int(plan.get("days", 1))))
        else:
            answer = decode(response.body)
            assert isinstance(answer, dict)
            for row in [*answer.get("added", []), *answer.get("modified", [])][: int(plan.get("rows", 1))]:
                _blemish(row, plan)
            response = replace(response, body=encode(answer).encode())
    return replace(response, seconds=pause) if pause else response


def _on_sync(bank: Bank, endpoint: str, item_id: str, body: Fields) -> Response | None:
    underway = bool(body.text("cursor", ""))
    kinds = ON_SYNC if underway else ("empty_cursor",)
    for plan in bank.faults.take(kinds, endpoint=endpoint, item_id=item_id):
        if plan["kind"] == "mutate":
            touch(bank, item_id)
        else:
            nothing: dict[str, Any] = {"added": [], "modified": [], "removed": [], "accounts": [], "next_cursor": ""}
            status = {"has_more": False, "transactions_update_status": "NOT_READY", "request_id": "empty"}
            return json_response(nothing | status)
    return None


def _stale(bank: Bank, body: bytes, *, days: int) -> bytes:
    """The answer with balances from before the rows of the last days were booked."""
    answer = decode(body)
    assert isinstance(answer, dict)
    after = bank.clock.today() - timedelta(days=days)
    for shown in answer.get("accounts", []):
        sign = 1 if shown["type"] in accounts.OWING else -1
        news = ledger.booked_after(bank.store, account_id=shown["account_id"], day=after)
        shown["balances"]["current"] = money(cents(shown["balances"]["current"]) - sign * news)
    return encode(answer).encode()


def touch(bank: Bank, item_id: str) -> None:
    """Change the oldest row a little, as banks do in the middle of a client's loop."""
    sql = "SELECT * FROM row WHERE item_id = ? AND gone = 0 ORDER BY last LIMIT 1"
    row = bank.store.one(sql, item_id)
    if row:
        name = {"name": f"{json.loads(row['snapshot'])['name']} *"}
        ledger.amend(bank.store, item_id=item_id, transaction_id=row["transaction_id"], fields=name)


def _blemish(row: dict[str, Any], plan: dict[str, Any]) -> None:
    match plan["kind"]:
        case "missing_field":
            row.pop(plan.get("field", "merchant_entity_id"), None)
        case "extra_field":
            row[plan.get("field", "field_of_tomorrow")] = {"anything": [1, "two", None]}
        case "unknown_enum":
            row[plan.get("field", "payment_channel")] = "carrier pigeon"
        case "null_pfc":
            row["personal_finance_category"] = None


def _item_id(bank: Bank, body: Fields) -> str:
    token = body.given.get("access_token")
    found = bank.store.one("SELECT item_id FROM item WHERE access_token = ?", token) if isinstance(token, str) else None
    return found["item_id"] if found else ""
