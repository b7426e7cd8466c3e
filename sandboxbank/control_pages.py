"""The control API: what tests and demonstrations may do to the bank behind its clients' back."""

import hmac
import sqlite3
from collections.abc import Callable

from sandboxbank import control_rows, growth, hooks, items, signing
from sandboxbank.accounts import describe, renumber
from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError
from sandboxbank.faults import UnknownFault
from sandboxbank.fields import Fields
from sandboxbank.messages import Request, Response, json_response
from sandboxbank.options import LOOPBACK

Answer = dict[str, object]


def answer(bank: Bank, request: Request) -> Response:
    """Do what is asked of a caller on this machine who knows the secret."""
    host = request.header("host").rsplit(":", 1)[0].strip("[]")
    known = hmac.compare_digest(request.header("x-control-secret").encode(), bank.options.control_secret.encode())
    if not known or request.peer not in LOOPBACK or host not in LOOPBACK:
        return json_response({"error": "X-Control-Secret is missing or wrong"}, 403)
    action = ACTIONS.get((request.method, request.path))
    if action is None:
        return json_response({"error": "there is no such control"}, 404)
    body = Fields.parse(request.body)
    if request.method == "GET":
        body = Fields({"item_id": request.parameter("item_id") or None})
    try:
        return json_response(action(bank, body))
    except (UnknownFault, ValueError) as error:
        return json_response({"error": str(error)}, 400)


def _clock(bank: Bank, _: Fields) -> Answer:
    return {"today": str(bank.clock.today()), "days_ahead": bank.clock.ahead()}


def _advance(bank: Bank, body: Fields) -> Answer:
    for _ in range(body.whole("days", default=1, low=1, high=3_650)):
        with bank.store.transaction():
            bank.clock.advance(1)
            growth.settle_all(bank)
    return _clock(bank, body)


def _add_fault(bank: Bank, body: Fields) -> Answer:
    return {"id": bank.faults.add(body.given)}


def _faults(bank: Bank, _: Fields) -> Answer:
    return {"faults": bank.faults.all()}


def _clear_faults(bank: Bank, _: Fields) -> Answer:
    bank.faults.clear()
    return {}


def _items(bank: Bank, _: Fields) -> Answer:
    growth.settle_all(bank)
    found = bank.store.rows("SELECT * FROM item ORDER BY created_at")
    names = (
        "item_id",
        "access_token",
        "institution_id",
        "username",
        "webhook",
        "error",
        "stage",
        "removed",
        "lived_until",
    )
    return {"items": [{name: row[name] for name in names} for row in found]}


def _item_error(bank: Bank, body: Fields) -> Answer:
    item = find(bank, body)
    code = body.text("code", "")
    if code:
        items.fail(bank, item["item_id"], code)
    else:
        items.repair(bank, item["item_id"])
    return {}


def _post_pending(bank: Bank, body: Fields) -> Answer:
    found = [find(bank, body)] if body.text("item_id", "") else bank.store.rows("SELECT * FROM item WHERE removed = 0")
    with bank.store.transaction():
        return {"posted": sum(control_rows.post_all(bank, item) for item in found)}


def _close(bank: Bank, body: Fields) -> Answer:
    account = _account(bank, body)
    bank.store.run("UPDATE account SET closed = 1 WHERE account_id = ?", account["account_id"])
    return {"account": describe(bank, account)}


def _renumber(bank: Bank, body: Fields) -> Answer:
    account = _account(bank, body)
    with bank.store.transaction():
        new = renumber(bank, account)
        control_rows.move_rows(bank, account, new)
    return {"account_id": new}


def _reset(bank: Bank, _: Fields) -> Answer:
    bank.reset()
    return {}


def _flush(bank: Bank, _: Fields) -> Answer:
    return {"delivered": bank.outbox.flush()}


def _webhooks(bank: Bank, body: Fields) -> Answer:
    item_id = body.text("item_id", "")
    sql = "SELECT * FROM webhook WHERE ? IN ('', item_id) ORDER BY id"
    names = ("id", "item_id", "url", "code", "body", "twist", "attempts", "state", "answer")
    return {"webhooks": [{name: row[name] for name in names} for row in bank.store.rows(sql, item_id)]}


def _send_webhook(bank: Bank, body: Fields) -> Answer:
    item = find(bank, body)
    kind, code = body.text("webhook_type", "ITEM"), body.text("webhook_code")
    extra = dict(body.section("extra").given)
    sent = hooks.send(bank, item["item_id"], kind=kind, code=code, extra=extra, error=body.text("error", "") or None)
    return {"sent": sent}


def _rotate(bank: Bank, _: Fields) -> Answer:
    return {"key_id": signing.rotate(bank.store)}


def find(bank: Bank, body: Fields) -> sqlite3.Row:
    """The item that the body names; raises PlaidError."""
    found = bank.store.one("SELECT * FROM item WHERE item_id = ? AND removed = 0", body.text("item_id"))
    if found is None:
        raise PlaidError("ITEM_NOT_FOUND")
    return found


def _account(bank: Bank, body: Fields) -> sqlite3.Row:
    found = bank.store.one("SELECT * FROM account WHERE account_id = ?", body.text("account_id"))
    if found is None:
        raise PlaidError("INVALID_ACCOUNT_ID")
    return found


def _ledger(bank: Bank, body: Fields) -> Answer:
    return control_rows.ledger_of(bank, find(bank, body)["item_id"])


def _transactions(bank: Bank, body: Fields) -> Answer:
    return control_rows.edit(bank, find(bank, body), body)


ACTIONS: dict[tuple[str, str], Callable[[Bank, Fields], Answer]] = {
    ("GET", "/control/clock"): _clock,
    ("POST", "/control/clock/advance"): _advance,
    ("GET", "/control/faults"): _faults,
    ("POST", "/control/faults"): _add_fault,
    ("POST", "/control/faults/clear"): _clear_faults,
    ("GET", "/control/items"): _items,
    ("POST", "/control/items/error"): _item_error,
    ("GET", "/control/ledger"): _ledger,
    ("POST", "/control/transactions"): _transactions,
    ("POST", "/control/post_pending"): _post_pending,
    ("POST", "/control/accounts/close"): _close,
    ("POST", "/control/accounts/renumber"): _renumber,
    ("POST", "/control/reset"): _reset,
    ("GET", "/control/webhooks"): _webhooks,
    ("POST", "/control/webhooks/flush"): _flush,
    ("POST", "/control/webhooks/send"): _send_webhook,
    ("POST", "/control/keys/rotate"): _rotate,
}
