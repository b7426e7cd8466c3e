"""Every endpoint's answers, for every persona, against the vendor's schema and the installed library."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest

from sandboxbank import endpoints
from sandboxbank.control import Control, ControlFailed
from sandboxbank.personas import PERSONAS
from sandboxbank.server import Server, make_server
from sandboxbank.tests.test_hosted_link import start
from sandboxbank.tests.validity import FILE, Validator
from sandboxbank.walker import Walker

ALL_KINDS = {"include_original_description": True, "personal_finance_category_version": "v1"}
META = {"include_optional_metadata": True, "include_status": True}
USERS = [*sorted(PERSONAS), "user_bulk_400"]


@pytest.fixture
def validator(server: Server) -> Validator:
    return server.bank.watchers[0]  # type: ignore[return-value]  # put there by the fixture


def walk(control: Control, username: str) -> None:
    """Call everything there is to call for one user."""
    item = control.link(username=username, institution_id="ins_109511", webhook="http://127.0.0.1:9/hook")
    token: dict[str, object] = {"access_token": item.access_token}
    control.api("/transactions/sync", token | {"count": 500})
    control.api("/transactions/sync", token | {"count": 500, "options": ALL_KINDS})
    control.advance(3)
    for path in ("/transactions/refresh", "/transactions/sync", "/item/get", "/accounts/get", "/accounts/balance/get"):
        control.api(path, token)
    for path in ("/liabilities/get", "/investments/holdings/get", "/transactions/recurring/get"):
        with suppress(ControlFailed):
            control.api(path, token)
    control.api("/item/webhook/update", token | {"webhook": "http://127.0.0.1:9/other"})
    control.api("/sandbox/item/fire_webhook", token | {"webhook_code": "DEFAULT_UPDATE"})
    control.api("/sandbox/item/reset_login", token)
    control.api("/item/get", token)
    with suppress(ControlFailed):
        control.api("/transactions/sync", token)
    new = control.api("/item/access_token/invalidate", token)["new_access_token"]
    control.api("/item/remove", {"access_token": new})


def walk_link(control: Control) -> None:
    """Link sessions that end well, that are left, and one that repairs."""
    for ended in (True, False):
        started = start(control)
        control.api("/link/token/get", {"link_token": started["link_token"]})
        walker = Walker(started["hosted_link_url"])
        walker.link() if ended else walker.cancel()
        control.api("/link/token/get", {"link_token": started["link_token"]})
    item = control.link(username="user_transactions_dynamic")
    repair = start(control, access_token=item.access_token)
    Walker(repair["hosted_link_url"]).link(username="user_transactions_dynamic")
    control.api("/link/token/get", {"link_token": repair["link_token"]})
    row = {"date_transacted": "2026-03-09", "date_posted": "2026-03-10", "amount": 9, "description": "TEA"}
    control.api("/sandbox/transactions/create", {"access_token": item.access_token, "transactions": [row]})
    control.api("/transactions/sync", {"access_token": item.access_token})


def walk_the_rest(control: Control) -> None:
    control.api("/institutions/get", {"count": 10, "offset": 0, "country_codes": ["US"], "options": META})
    for number in range(508, 515):
        control.api("/institutions/get_by_id", {"institution_id": f"ins_109{number}", "options": META})
    control.api("/webhook_verification_key/get", {"key_id": control.rotate_key()})
    retired = control.rotate_key()
    control.rotate_key()
    control.api("/webhook_verification_key/get", {"key_id": retired})


@pytest.mark.parametrize("username", USERS)
def test_every_answer_to_a_user_fits(control: Control, validator: Validator, username: str) -> None:
    walk(control, username)
    assert validator.problems == []


def test_no_endpoint_is_left_out(control: Control, validator: Validator) -> None:
    walk(control, "user_investor")
    walk_link(control)
    walk_the_rest(control)
    assert {path for path, status in validator.seen if status == 200} == set(endpoints.ALL)
    assert validator.problems == []


@pytest.mark.parametrize("body", [{}, {"access_token": "no"}, {"access_token": 7}, {"count": 0}, {"options": []}])
@pytest.mark.parametrize("path", sorted(endpoints.ALL))
def test_every_refusal_fits(control: Control, validator: Validator, path: str, body: dict[str, object]) -> None:
    with suppress(ControlFailed):
        control.api(path, body)
    assert {status for _, status in validator.seen} <= {200, 400}
    assert validator.problems == []


@pytest.mark.parametrize("code", ["RATE_LIMIT", "INTERNAL_SERVER_ERROR", "INSTITUTION_DOWN", "SANDBOX_WEBHOOK_INVALID"])
def test_planned_errors_fit(control: Control, validator: Validator, code: str) -> None:
    control.fault("error", code=code)
    with pytest.raises(ControlFailed):
        control.api("/institutions/get", {"count": 1, "offset": 0, "country_codes": ["US"]})
    assert len(validator.seen) == 1
    assert validator.problems == []


def test_rows_of_a_leap_year_fit() -> None:
    for page, validator in in_year(2028):
        assert validator.problems == []
        assert any("LEAP DAY" in row["name"] for row in page)


def in_year(year: int) -> Iterator[tuple[list[dict[str, str]], Validator]]:
    server, validator = (
        make_server(today=date(year, 3, 5), history_days=30, initial_seconds=0, historical_seconds=0),
        Validator(),
    )
    server.bank.watchers.append(validator)
    control = Control(server.run_in_thread().url)
    yield (
        control.api("/transactions/sync", {"access_token": control.link().access_token, "count": 500})["added"],
        validator,
    )
    server.stop()


def test_the_validator_is_no_rubber_stamp() -> None:
    validator = Validator()
    validator("/item/remove", 200, b'{"request_id": 7}')
    validator("/item/remove", 200, b'{"request_id": "x", "no_such_field": 1}')
    assert len([each for each in validator.problems if "library" in each]) == 2
    assert any("spec" in each for each in validator.problems) or not FILE.is_file()
