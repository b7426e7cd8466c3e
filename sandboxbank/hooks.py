"""What webhooks say."""

from collections.abc import Mapping

from sandboxbank import ids
from sandboxbank.bank import Bank
from sandboxbank.clock import seconds
from sandboxbank.errors import PlaidError


def updates_available(bank: Bank, item_id: str, *, legacy: str, count: int) -> None:
    """Tell of new transactions: the old way always, the sync way once the item was synced."""
    item = bank.store.one("SELECT * FROM item WHERE item_id = ?", item_id)
    assert item is not None
    old = {"new_transactions": count}
    if item["armed"]:
        stage = item["stage"]
        ready = {"initial_update_complete": stage >= 1, "historical_update_complete": stage >= 2}
        send(bank, item_id, kind="TRANSACTIONS", code="SYNC_UPDATES_AVAILABLE", extra=ready)
    send(bank, item_id, kind="TRANSACTIONS", code=legacy, extra=old)


def item_error(bank: Bank, item_id: str, code: str) -> None:
    """Tell that the item does not work any more."""
    send(bank, item_id, kind="ITEM", code="ERROR", error=code)


def send(
    bank: Bank,
    item_id: str,
    *,
    kind: str,
    code: str,
    extra: Mapping[str, object] | None = None,
    error: str | None = None,
) -> bool:
    """Queue a webhook for the item's address; False when it has none."""
    item = bank.store.one("SELECT webhook FROM item WHERE item_id = ?", item_id)
    if item is None or not item["webhook"]:
        return False
    body: dict[str, object] = {
        "environment": "sandbox",
        "error": failure(error) if error else None,
        "item_id": item_id,
        "webhook_code": code,
        "webhook_type": kind,
    }
    bank.store.run("UPDATE item SET hook_at = ?, hook_code = ? WHERE item_id = ?", seconds(), code, item_id)
    bank.outbox.put(item_id=item_id, url=item["webhook"], body=body | dict(extra or {}))
    return True


def session_finished(
    bank: Bank, *, url: str, link_token: str, session_id: str, status: str, public_tokens: list[str]
) -> None:
    """Tell that a Hosted Link session is over: SUCCESS or EXITED."""
    body: dict[str, object] = {
        "environment": "sandbox",
        "link_session_id": session_id,
        "link_token": link_token,
        "public_tokens": public_tokens,
        "status": status,
        "webhook_code": "SESSION_FINISHED",
        "webhook_type": "LINK",
    }
    bank.outbox.put(item_id="", url=url, body=body)


def failure(code: str) -> dict[str, object]:
    """An item's error as items and webhooks show it."""
    error = PlaidError(code)
    return error.body() | {"request_id": ids.fresh(15), "status": error.status}
