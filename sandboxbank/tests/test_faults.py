from decimal import Decimal
from http.client import HTTPConnection, HTTPException

import pytest

from sandboxbank.control import Control, ControlFailed
from sandboxbank.server import Server
from sandboxbank.tests.mirror import Mirror

SYNC = "/transactions/sync"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("RATE_LIMIT", 429, "RATE_LIMIT_EXCEEDED"),
        ("INTERNAL_SERVER_ERROR", 500, "API_ERROR"),
        ("INSTITUTION_DOWN", 400, "INSTITUTION_ERROR"),
        ("ITEM_LOGIN_REQUIRED", 400, "ITEM_ERROR"),
    ],
)
def test_planned_errors_come_once(control: Control, code: str, status: int, kind: str) -> None:
    item = control.link()
    control.fault("error", endpoint=SYNC, code=code)
    with pytest.raises(ControlFailed) as failure:
        control.api(SYNC, {"access_token": item.access_token})
    assert (failure.value.status, failure.value.answer["error_type"]) == (status, kind)
    assert control.api(SYNC, {"access_token": item.access_token})["added"]


def test_faults_keep_to_their_item_and_endpoint(control: Control) -> None:
    sick, well = control.link(), control.link()
    control.fault("error", endpoint=SYNC, item_id=sick.item_id, code="INSTITUTION_DOWN", count=1)
    assert control.api(SYNC, {"access_token": well.access_token})["added"]
    assert control.api("/accounts/get", {"access_token": sick.access_token})["accounts"]
    with pytest.raises(ControlFailed):
        control.api(SYNC, {"access_token": sick.access_token})


def test_chance_is_seeded(control: Control) -> None:
    def luck() -> list[bool]:
        control.reset()
        item = control.link()
        control.fault("error", endpoint="/item/get", probability=0.5, code="INTERNAL_SERVER_ERROR")
        return [failed(control, "/item/get", item.access_token) for _ in range(20)]

    first = luck()
    assert luck() == first
    assert 2 < sum(first) < 18


def failed(control: Control, path: str, token: str) -> bool:
    try:
        control.api(path, {"access_token": token})
    except ControlFailed:
        return True
    return False


@pytest.mark.parametrize(("kind", "status", "start"), [("html", 503, b"<html>"), ("not_json", 200, b"upstream")])
def test_answers_that_are_no_json(server: Server, control: Control, kind: str, status: int, start: bytes) -> None:
    control.fault(kind)
    response, body = raw(server)
    assert (response, body[: len(start)]) == (status, start)


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_answers_that_break_off(server: Server, control: Control, kind: str) -> None:
    control.fault(kind)
    with pytest.raises((OSError, HTTPException)):
        raw(server)
    assert raw(server)[0] == 200


def test_answers_that_take_their_time(server: Server, control: Control) -> None:
    control.fault("hang", seconds=5)
    with pytest.raises(TimeoutError):
        raw(server, timeout=0.3)
    control.fault("delay", seconds=0.1)
    assert raw(server)[0] == 200


def raw(server: Server, timeout: float = 10) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)
    headers = {"PLAID-CLIENT-ID": "sandbox-client", "PLAID-SECRET": "sandbox-secret"}
    connection.request("POST", "/institutions/get", b'{"count": 5, "offset": 0, "country_codes": ["US"]}', headers)
    response = connection.getresponse()
    return response.status, response.read()


def test_blemished_rows(control: Control) -> None:
    item = control.link()
    for kind in ("missing_field", "extra_field", "unknown_enum", "null_pfc"):
        control.fault(kind, endpoint=SYNC)
    first, second = control.api(SYNC, {"access_token": item.access_token})["added"][:2]
    assert "merchant_entity_id" not in first
    assert "field_of_tomorrow" in first
    assert first["payment_channel"] == "carrier pigeon"
    assert first["personal_finance_category"] is None
    assert second["payment_channel"] != "carrier pigeon"


def test_an_empty_cursor_means_not_ready(control: Control) -> None:
    item = control.link()
    control.fault("empty_cursor", count=2)
    cursors = [control.api(SYNC, {"access_token": item.access_token})["next_cursor"] for _ in range(3)]
    assert cursors[:2] == ["", ""]
    assert cursors[2]


def test_an_item_in_error_answers_so_until_it_is_repaired(control: Control) -> None:
    item = control.link()
    control.fail_item(item.item_id)
    assert failed(control, SYNC, item.access_token)
    assert not failed(control, "/item/get", item.access_token)
    control.repair_item(item.item_id)
    assert not failed(control, SYNC, item.access_token)


def test_a_closed_account_drops_out(control: Control) -> None:
    item = control.link()
    account = control.ledger(item.item_id)["accounts"][1]["account_id"]
    control.close_account(account)
    page = control.api(SYNC, {"access_token": item.access_token, "count": 500})
    assert account not in {row["account_id"] for row in (*page["added"], *page["accounts"])}


def test_a_renumbered_account_is_removed_and_added_anew(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    before = control.ledger(item.item_id)["accounts"]
    new = control.renumber_account(before[0]["account_id"])
    mirror.sync()
    after = control.ledger(item.item_id)
    assert {row["transaction_id"] for row in after["transactions"]} == set(mirror.rows)
    assert after["accounts"][0]["account_id"] == new
    assert after["accounts"][0]["balances"] == before[0]["balances"]
    control.advance(7)
    mirror.sync()
    assert {row["transaction_id"] for row in control.ledger(item.item_id)["transactions"]} == set(mirror.rows)


def test_a_stale_balance_lacks_what_was_booked_today(control: Control) -> None:
    item = control.link()
    card = next(each for each in control.ledger(item.item_id)["accounts"] if each["type"] == "credit")
    control.transactions(item.item_id, add=[{"account": card["key"], "amount": 7}])
    now = balance(control, item.access_token, card["account_id"])
    control.fault("stale_balance", endpoint="/accounts/get")
    assert balance(control, item.access_token, card["account_id"]) <= now - 7
    assert balance(control, item.access_token, card["account_id"]) == now


def test_history_that_comes_late_moves_no_balance(control: Control) -> None:
    item = control.link()
    account = control.ledger(item.item_id)["accounts"][0]["account_id"]
    before = balance(control, item.access_token, account)
    [made] = control.transactions(item.item_id, add=[{"account": account, "amount": 7}], past=True)
    assert made in {row["transaction_id"] for row in control.ledger(item.item_id)["transactions"]}
    assert balance(control, item.access_token, account) == before


def balance(control: Control, token: str, account: str) -> Decimal:
    told = control.api("/accounts/get", {"access_token": token})["accounts"]
    return Decimal(next(each["balances"]["current"] for each in told if each["account_id"] == account))


def test_an_unknown_fault_is_refused(control: Control) -> None:
    with pytest.raises(ControlFailed, match="kind must be one of"):
        control.fault("meteorite")


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_control_needs_its_secret(server: Server, secret: str) -> None:
    with pytest.raises(ControlFailed) as failure:
        Control(server.url, secret).items()
    assert failure.value.status == 403
