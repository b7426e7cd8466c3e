"""Log lines are JSON and say what happened without saying to whom."""

import copy
import json
import logging
import threading
import time

import pytest
import structlog

from accounts.books import entered
from banking import tasks
from banking.models import Sync
from banking.tests.bank import linked
from financeapp import sentry
from financeapp.logs import json_formatter, scrubbed
from financeapp.tests.walking import browser_of, fill

CANARIES = ["zelda.canary@example.com", "access-sandbox-1234567890", "4711.42", "Canary Street Bakery", "Zelda Canary"]


@pytest.fixture
def lines():
    """What has been logged so far, parsed."""
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written]
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_request_is_one_line(client, db, lines):
    answer = client.get("/api/nothing?email=zelda.canary@example.com")
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["status"] == 404
    assert line["method"] == "GET"
    assert line["route"] == "unmatched"
    assert line["request_id"] == answer["X-Request-ID"]
    assert "duration_ms" in line


def test_using_it_leaves_no_canary(cast, api, sandbox_bank, lines):
    rows = fill(cast)
    client, anybody = browser_of(cast.alice), browser_of()
    for address in (
        "/",
        "/transactions?text=zzcanary",
        f"/accounts/{rows['accounts']}",
        "/settings/profile",
        "/nothing",
    ):
        client.get(address)
    anybody.post("/auth/login/", {"login": "alice@example.com", "password": "zzcanary"})
    api(cast.alice).get("/api/transactions?text=zzcanary")
    api(cast.alice).post("/api/transactions", {"description": "zzcanary", "amount": "4711.42"}, format="json")
    api().post("/api/auth/login", {"email": "alice@example.com", "password": "zzcanary"}, format="json")
    written = json.dumps(lines())
    assert len(lines()) >= 9
    assert not [c for c in ("zzcanary", "4711.4", "alice@", "Alice", "correct horse", "eyJ") if c in written], written


def test_a_line_about_a_sync_names_it(cast, sandbox_bank, lines):
    connection = linked(cast.book, cast.alice.user)
    tasks.sync_connection(book_id=cast.book.pk, connection_id=connection.pk)
    (line,) = [line for line in lines() if line["event"] == "sync_finished"]
    with entered(cast.book):
        assert line["sync_id"] == Sync.objects.get(connection=connection).pk


@pytest.mark.parametrize("canary", CANARIES)
def test_no_way_of_logging_lets_them_through(lines, canary):
    ours, theirs = structlog.get_logger("banking"), logging.getLogger("some.library")
    ours.warning("sync.failed", connection_id=7, merchant=canary, reason=canary, description=canary)
    theirs.warning("could not do %s with %r", canary, {"a": canary})
    theirs.warning("could not do %(what)s", {"what": canary})
    theirs.warning(f"could not do '{canary}'")
    try:
        raise ValueError(canary)
    except ValueError:
        ours.exception("failed")
        theirs.exception("failed")
    written = json.dumps(lines(), ensure_ascii=False)
    assert len(lines()) == 6
    assert canary not in written


def test_what_helps_stays(lines):
    structlog.get_logger("banking").info("sync.done", connection_id=7, status="success", added=12, duration_ms=3.5)
    (line,) = lines()
    assert line["connection_id"] == 7
    assert line["added"] == 12
    assert line["event"] == "sync.done"


@pytest.mark.parametrize("given", ["0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5bd9cb469fa16570867728950e"])
def test_an_id_that_the_caller_gave_is_found_again(client, db, lines, given):
    client.get("/api/nothing", headers={"X-Request-ID": given})
    structlog.get_logger("banking").info("sync.done", task_id=given, reason=given)
    request, done = lines()
    assert request["request_id"] == given
    assert (done["task_id"], done["reason"]) == (given, "…")


def test_a_token_given_as_an_id_is_not(client, db, lines):
    given = "access-sandbox-0f8fad5b-d9cb-469f-a165-70867728950e"
    assert client.get("/api/nothing", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    assert given not in json.dumps(lines())


def test_an_exception_tells_its_type_and_place(lines):
    try:
        int("4711.42")
    except ValueError:
        logging.getLogger("x").exception("failed")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["trace"][-1].startswith("tests/test_logs.py:")


def test_a_trace_keeps_our_own_code_below_a_library_that_is_deep(lines):
    deep = threading.Lock()
    for _ in range(20):
        deep = [deep]
    try:
        copy.deepcopy(deep)
    except TypeError:
        logging.getLogger("x").exception("failed")
    (line,) = lines()
    assert line["trace"][0].startswith("tests/test_logs.py:")
    assert len(line["trace"]) == 13


@pytest.mark.parametrize("unit", ["a", "a.", "'", "(", "a-", "eyJ", "@", "access-a"])
def test_a_long_text_without_spaces_takes_a_moment(unit):
    started = time.process_time()
    scrubbed(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 2


def test_wrong_arguments_do_not_break_a_line():
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "%s and %s", ("one",), None)
    assert json.loads(json_formatter().format(record))["event"] == "%s and %s"


def test_reports_to_sentry_hold_no_canary():
    event = {
        "user": {"email": CANARIES[0]},
        "request": {"method": "POST", "url": CANARIES[1], "data": CANARIES[2], "cookies": {}, "headers": {}},
        "breadcrumbs": {"values": [CANARIES[3]]},
        "logentry": {"message": CANARIES[0]},
        "exception": {
            "values": [
                {
                    "type": "E",
                    "value": CANARIES[2],
                    "stacktrace": {"frames": [{"vars": {"a": CANARIES[1]}, "lineno": 3}]},
                }
            ]
        },
    }
    written = json.dumps(sentry.scrubbed(event, {}))
    assert not [canary for canary in CANARIES if canary in written]
    assert '"lineno": 3' in written
