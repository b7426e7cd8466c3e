import json
import time
from http.client import HTTPConnection
from typing import Any

import pytest

from sandboxbank.control import Control
from sandboxbank.server import Server
from sandboxbank.tests.listener import Listener
from sandboxbank.tests.mirror import Mirror
from sandboxbank.walker import Walker

BACK = "http://127.0.0.1:8000/banking/back"


def start(control: Control, **more: object) -> dict[str, Any]:
    body: dict[str, object] = {
        "client_name": "PocketPilot",
        "language": "en",
        "country_codes": ["US"],
        "user": {"client_user_id": "1"},
        "hosted_link": {"completion_redirect_uri": BACK},
        "transactions": {"days_requested": 100},
    }
    if "access_token" not in more:
        body["products"] = ["transactions"]
    return control.api("/link/token/create", body | more)


def session(control: Control, started: dict[str, Any]) -> dict[str, Any]:
    [found] = control.api("/link/token/get", {"link_token": started["link_token"]})["link_sessions"]
    return dict(found)


@pytest.mark.parametrize(
    ("username", "institution_id", "accounts"),
    [("user_good", "ins_109508", 3), ("user_household", "ins_109509", 5), ("user_europe", "ins_109513", 4)],
)
def test_a_walk_ends_with_an_item(control: Control, username: str, institution_id: str, accounts: int) -> None:
    started = start(control)
    page = Walker(started["hosted_link_url"]).link(username=username, institution_id=institution_id)
    assert page.left == BACK
    [added] = session(control, started)["results"]["item_add_results"]
    assert len(added["accounts"]) == accounts
    item = control.api("/item/public_token/exchange", {"public_token": added["public_token"]})
    assert len(control.api("/accounts/get", {"access_token": item["access_token"]})["accounts"]) == accounts


def test_only_chosen_accounts_are_shared(control: Control) -> None:
    started = start(control)
    Walker(started["hosted_link_url"]).link(accounts=["savings"])
    [added] = session(control, started)["results"]["item_add_results"]
    token = control.api("/item/public_token/exchange", {"public_token": added["public_token"]})["access_token"]
    page = control.api("/transactions/sync", {"access_token": token, "count": 500})
    assert {row["account_id"] for row in page["added"]} == {added["accounts"][0]["id"]}


def test_the_end_is_told_by_webhook(control: Control, listener: Listener) -> None:
    started = start(control, webhook=listener.url)
    Walker(started["hosted_link_url"]).link()
    says = listener.wait_for("SESSION_FINISHED").says
    [added] = session(control, started)["results"]["item_add_results"]
    assert (says["status"], says["link_token"]) == ("SUCCESS", started["link_token"])
    assert says["public_tokens"] == [added["public_token"]]


def test_turning_back_is_told_too(control: Control, listener: Listener) -> None:
    started = start(control, webhook=listener.url)
    assert Walker(started["hosted_link_url"]).cancel().left == BACK
    assert listener.wait_for("SESSION_FINISHED").says["status"] == "EXITED"
    assert "exit" in session(control, started)
    assert "results" not in session(control, started)


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_every_step_can_be_left(control: Control, steps: int) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    page = walker.open()
    answers: list[tuple[str, dict[str, str | list[str]]]] = [
        ("/choose", {"institution_id": "ins_109509"}),
        ("/login", {"username": "user_household", "password": "pass_good"}),
        ("/code", {"code": "1234"}),
        ("/accounts", {}),
    ]
    for ending, fields in answers[:steps]:
        page = walker.send(page, ending, fields)
    assert walker.send(page, "/cancel", {}).left == BACK


def test_wrong_credentials_are_explained(control: Control) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    page = walker.send(walker.open(), "/choose", {"institution_id": "ins_109508"})
    again = walker.send(page, "/login", {"username": "user_good", "password": "wrong"})
    assert again.status == 200
    assert "user name or the password is wrong" not in walker.open().text
    assert "user name or the password is wrong" in again.text
    assert again.form("/login").fields[0] == ("username", "user_good")


def test_a_wrong_code_and_no_accounts_are_explained(control: Control) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    page = walker.send(walker.open(), "/choose", {"institution_id": "ins_109509"})
    page = walker.send(page, "/login", {"username": "user_household", "password": "pass_good"})
    wrong = walker.send(page, "/code", {"code": "9"})
    assert "code is wrong" in wrong.text
    page = walker.send(wrong, "/code", {"code": "1234"})
    none = walker.send(page, "/accounts", {"account": []})
    assert "at least one account" in none.text


def test_back_goes_back(control: Control) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    page = walker.send(walker.open(), "/choose", {"institution_id": "ins_109508"})
    assert walker.send(page, "/back", {}).form("/choose")


def test_the_browser_s_own_way_back_works(control: Control) -> None:
    started = start(control)
    walker = Walker(started["hosted_link_url"])
    first = walker.send(walker.open(), "/choose", {"institution_id": "ins_109508"})
    accounts = walker.send(first, "/login", {"username": "user_good", "password": "pass_good"})
    earlier = Walker(first.url).open()
    assert (first.url[-6:], accounts.url[-9:]) == ("/login", "/accounts")
    assert earlier.form("/login")
    again = walker.send(earlier, "/login", {"username": "user_household", "password": "pass_good"})
    assert again.form("/code")


@pytest.mark.parametrize("step", ["code", "accounts", "consent"])
def test_no_step_can_be_skipped(control: Control, step: str) -> None:
    started = start(control)
    walker = Walker(started["hosted_link_url"])
    page = walker.send(walker.open(), "/choose", {"institution_id": "ins_109509"})
    ahead = Walker(started["hosted_link_url"] + f"/{step}").open()
    assert ahead.form("/login")
    page.form("/login").action = page.form("/login").action.replace("/login", f"/{step}")
    assert walker.send(page, f"/{step}", {"code": "1234", "account": ["checking"]}).form("/login")
    assert "results" not in session(control, started)


def test_a_code_cannot_be_walked_around(control: Control) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    page = walker.send(walker.open(), "/choose", {"institution_id": "ins_109509"})
    page = walker.send(page, "/login", {"username": "user_household", "password": "pass_good"})
    assert Walker(page.url.replace("/code", "/accounts")).open().form("/code")


def test_a_repair_stays_at_its_bank(control: Control) -> None:
    item = control.link()
    started = start(control, access_token=item.access_token)
    assert Walker(started["hosted_link_url"] + "/choose").open().form("/login")


@pytest.mark.parametrize(("seconds", "status"), [(1, 410), (60, 200)])
def test_a_page_has_its_time(control: Control, seconds: int, status: int) -> None:
    started = start(control, hosted_link={"completion_redirect_uri": BACK, "url_lifetime_seconds": seconds})
    time.sleep(1.1 if status == 410 else 0)
    page = Walker(started["hosted_link_url"]).open()
    assert page.status == status
    assert ("expired" in page.text) == (status == 410)
    assert (f'<a href="{BACK}">' in page.text) == (status == 410)


def test_banks_can_be_searched(control: Control) -> None:
    page = Walker(start(control)["hosted_link_url"]).open(search="harbor")
    assert page.form("/choose").buttons == [("institution_id", "ins_109509")]
    nothing = Walker(start(control)["hosted_link_url"]).open(search='"><script>')
    assert "<script>" not in nothing.text
    assert "No bank of that name" in nothing.text


def test_update_mode_repairs_the_login(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    control.fail_item(item.item_id)
    started = start(control, access_token=item.access_token)
    walker = Walker(started["hosted_link_url"])
    other = walker.send(walker.open(), "/login", {"username": "user_student", "password": "pass_good"})
    assert "sign in as user_good" in other.text
    assert walker.link().left == BACK
    assert session(control, started)["on_success"]["public_token"]
    assert mirror.sync().rows


def test_update_mode_can_add_an_account(control: Control) -> None:
    started = start(control)
    Walker(started["hosted_link_url"]).link(accounts=["checking"])
    [added] = session(control, started)["results"]["item_add_results"]
    token = control.api("/item/public_token/exchange", {"public_token": added["public_token"]})["access_token"]
    body: dict[str, object] = {"access_token": token, "count": 500}
    body["cursor"] = control.api("/transactions/sync", body)["next_cursor"]
    more = start(control, access_token=token, update={"account_selection_enabled": True})
    Walker(more["hosted_link_url"]).link(accounts=["checking", "card"])
    page = control.api("/transactions/sync", body)
    cards = [each["account_id"] for each in page["accounts"] if each["type"] == "credit"]
    assert {row["account_id"] for row in page["added"]} == set(cards)


def test_a_custom_user_signs_in_with_a_document(control: Control) -> None:
    rows = [{"date_transacted": "2026-03-01", "date_posted": "2026-03-02", "amount": 4.5, "description": "TEA"}]
    account = {"type": "depository", "subtype": "checking", "starting_balance": 100, "transactions": rows}
    started = start(control)
    document = json.dumps({"override_accounts": [account]})
    Walker(started["hosted_link_url"]).link(username="user_custom", password=document)
    [added] = session(control, started)["results"]["item_add_results"]
    assert len(added["accounts"]) == 1


def test_pages_say_what_they_are_and_guard_themselves(server: Server, control: Control) -> None:
    url = start(control)["hosted_link_url"]
    connection = HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", url.removeprefix(server.url))
    response = connection.getresponse()
    text, policy = response.read().decode(), response.getheader("Content-Security-Policy") or ""
    assert "pretend bank" in text
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8000" in policy
    assert "style=" not in text
    assert "<script" not in text
    for asset, kind in (("style.css", "text/css"), ("ins_109508.css", "text/css"), ("ins_109508.png", "image/png")):
        connection.request("GET", f"/assets/{asset}")
        answer = connection.getresponse()
        assert answer.read()
        assert (answer.getheader("Content-Type") or "").startswith(kind)


def test_an_unknown_link_is_not_found(server: Server) -> None:
    assert Walker(f"{server.url}/link/s/{'x' * 43}").open().status == 404


def test_a_finished_link_leads_back_at_once(control: Control) -> None:
    walker = Walker(start(control)["hosted_link_url"])
    walker.link()
    assert walker.open().left == BACK


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosted_link": {"completion_redirect_uri": "javascript:alert(1)"}},
        {"products": []},
        {"country_codes": []},
        {"user": {}},
        {"transactions": {"days_requested": 731}},
    ],
)
def test_a_wrong_request_gets_no_link(control: Control, wrong: dict[str, object]) -> None:
    with pytest.raises(Exception, match="INVALID_FIELD|MISSING_FIELDS"):
        start(control, **wrong)
