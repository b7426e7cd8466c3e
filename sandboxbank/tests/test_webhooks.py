import hashlib
import time

import jwt
import pytest

from sandboxbank.control import Control, ControlFailed
from sandboxbank.server import make_server
from sandboxbank.tests.listener import Listener, Received
from sandboxbank.tests.mirror import Mirror


def verify(control: Control, received: Received) -> None:
    """As the vendor's documentation demands; raises when anything is wrong."""
    header = jwt.get_unverified_header(received.proof)
    assert header["alg"] == "ES256"
    key = control.api("/webhook_verification_key/get", {"key_id": header["kid"]})["key"]
    assert key["expired_at"] is None, "retired key"
    claims = jwt.decode(received.proof, jwt.PyJWK(key), algorithms=["ES256"], leeway=60)
    assert time.time() - claims["iat"] < 300, "too old"
    assert claims["request_body_sha256"] == hashlib.sha256(received.body).hexdigest(), "changed body"


def test_an_item_that_was_synced_tells_of_news(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    Mirror(control, item).sync()
    control.transactions(item.item_id, add=[{"amount": 3}])
    received = listener.wait_for("SYNC_UPDATES_AVAILABLE")
    verify(control, received)
    assert received.says["item_id"] == item.item_id
    assert received.says["historical_update_complete"] is True
    assert received.body.startswith(b'{\n  "')


def test_an_item_that_was_never_synced_is_silent(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    control.transactions(item.item_id, add=[{"amount": 3}])
    listener.wait_for("DEFAULT_UPDATE")
    assert "SYNC_UPDATES_AVAILABLE" not in listener.codes()


def test_history_announces_itself(listener: Listener) -> None:
    server = make_server(history_days=60, initial_seconds=0.2, historical_seconds=0.5)
    control = Control(server.run_in_thread().url)
    item = control.link(webhook=listener.url)
    assert control.api("/transactions/sync", {"access_token": item.access_token})["next_cursor"] == ""
    first = listener.wait_for("SYNC_UPDATES_AVAILABLE")
    second = listener.wait_for("SYNC_UPDATES_AVAILABLE", count=2)
    server.stop()
    assert [each.says["historical_update_complete"] for each in (first, second)] == [False, True]
    assert {"INITIAL_UPDATE", "HISTORICAL_UPDATE"} <= set(listener.codes())


def test_days_that_pass_bring_webhooks(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    Mirror(control, item).sync()
    control.advance(2)
    verify(control, listener.wait_for("SYNC_UPDATES_AVAILABLE"))


def test_a_lost_login_is_told(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    control.api("/sandbox/item/reset_login", {"access_token": item.access_token})
    assert listener.wait_for("ERROR").says["error"]["error_code"] == "ITEM_LOGIN_REQUIRED"


def test_a_failed_delivery_comes_again(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    listener.wait_for("HISTORICAL_UPDATE")
    listener.answers = [500, 503]
    control.send_webhook(item.item_id, "ITEM", "LOGIN_REPAIRED")
    listener.wait_for("LOGIN_REPAIRED", count=3)
    until = time.monotonic() + 5
    while control.webhooks(item.item_id)[-1]["state"] != "delivered" and time.monotonic() < until:
        time.sleep(0.01)
    assert control.webhooks(item.item_id)[-1]["attempts"] == 3


def test_a_rotated_key_is_a_new_key(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    control.send_webhook(item.item_id, "ITEM", "LOGIN_REPAIRED")
    before = jwt.get_unverified_header(listener.wait_for("LOGIN_REPAIRED").proof)["kid"]
    control.fault("webhook_rotated_key")
    control.send_webhook(item.item_id, "ITEM", "LOGIN_REPAIRED")
    received = listener.wait_for("LOGIN_REPAIRED", count=2)
    verify(control, received)
    assert jwt.get_unverified_header(received.proof)["kid"] != before
    assert control.api("/webhook_verification_key/get", {"key_id": before})["key"]["expired_at"] is not None


@pytest.mark.parametrize("kind", ["forged", "expired", "tampered", "retired_key"])
def test_a_spoilt_webhook_does_not_verify(control: Control, listener: Listener, kind: str) -> None:
    item = control.link(webhook=listener.url)
    control.fault(f"webhook_{kind}", code_sent="LOGIN_REPAIRED")
    control.send_webhook(item.item_id, "ITEM", "LOGIN_REPAIRED")
    received = listener.wait_for("LOGIN_REPAIRED")
    with pytest.raises((jwt.InvalidTokenError, AssertionError)):
        verify(control, received)


def test_webhooks_get_lost_doubled_and_late(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    for kind, code in (("drop", "PENDING_DISCONNECT"), ("duplicate", "LOGIN_REPAIRED"), ("late", "ERROR")):
        control.fault(f"webhook_{kind}", code_sent=code, seconds=30)
        control.send_webhook(item.item_id, "ITEM", code)
    listener.wait_for("LOGIN_REPAIRED", count=2)
    states = {each["code"]: each["state"] for each in control.webhooks(item.item_id)}
    assert states["PENDING_DISCONNECT"] == "dropped"
    assert states["ERROR"] == "waiting"
    assert control.flush_webhooks() == 1
    assert "ERROR" in listener.codes()


def test_webhooks_overtake_each_other(control: Control, listener: Listener) -> None:
    item = control.link(webhook=listener.url)
    control.fault("webhook_reorder", code_sent="PENDING_DISCONNECT")
    control.send_webhook(item.item_id, "ITEM", "PENDING_DISCONNECT")
    control.send_webhook(item.item_id, "ITEM", "LOGIN_REPAIRED")
    listener.wait_for("PENDING_DISCONNECT")
    codes = listener.codes()
    assert codes.index("LOGIN_REPAIRED") < codes.index("PENDING_DISCONNECT")


def test_fire_webhook_needs_an_address(control: Control) -> None:
    body = {"access_token": control.link().access_token, "webhook_code": "SYNC_UPDATES_AVAILABLE"}
    with pytest.raises(ControlFailed) as failure:
        control.api("/sandbox/item/fire_webhook", body)
    assert failure.value.answer["error_code"] == "SANDBOX_WEBHOOK_INVALID"
