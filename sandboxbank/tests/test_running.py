import os
import subprocess
import sys
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import pytest

from sandboxbank.control import Control, Linked
from sandboxbank.options import Refused
from sandboxbank.server import Server, make_server
from sandboxbank.tests.mirror import Mirror

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandboxbank", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("setting", [{"PLAID_ENV": "production"}, {"PLAID_HOST": "https://production.plaid.com"}])
def test_production_is_refused(setting: dict[str, str]) -> None:
    result = run("--port", "0", **{"PLAID_ENV": "local"} | setting)
    assert result.returncode == 2
    assert "pretend bank" in result.stderr


def test_the_world_outside_is_refused() -> None:
    assert run("--port", "0", "--host", "0.0.0.0", PLAID_ENV="local").returncode == 2  # noqa: S104  (must be refused)
    with pytest.raises(Refused):
        make_server(host="192.0.2.1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_every_way_to_this_machine_serves(host: str) -> None:
    try:
        server = make_server(host=host)
    except OSError:
        pytest.skip("this machine has no such address")
    assert Control(server.run_in_thread().url).items() == []
    server.stop()


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    file, day = str(tmp_path / "bank.sqlite3"), date(2026, 3, 10)
    server = make_server(db=file, today=day, history_days=40, initial_seconds=0, historical_seconds=0)
    control = Control(server.run_in_thread().url)
    item = control.link()
    mirror = Mirror(control, item).sync()
    control.advance(2)
    server.stop()
    server = make_server(db=file, today=day, history_days=40, initial_seconds=0, historical_seconds=0)
    control = Control(server.run_in_thread().url)
    assert control.today() == date(2026, 3, 12)
    later = Mirror(control, Linked(item.item_id, item.access_token))
    later.rows, later.cursor = mirror.rows, mirror.cursor
    assert set(later.sync().rows) == {row["transaction_id"] for row in control.ledger(item.item_id)["transactions"]}
    server.stop()


def test_it_serves_as_a_process(tmp_path: Path) -> None:
    arguments = ["--port", "0", "--db", str(tmp_path / "b.sqlite3"), "--today", "2026-03-10", "--history-days", "20"]
    with subprocess.Popen(
        [sys.executable, "-m", "sandboxbank", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rsplit(" ", 1)[1].strip()
        assert Control(url).today() == date(2026, 3, 10)
        process.terminate()


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE", "PROPFIND", "DELETE"])
def test_odd_methods_get_a_405_in_json(server: Server, method: str) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request(method, "/transactions/sync")
    response = connection.getresponse()
    assert response.status == 405
    assert b'"error_code":"METHOD_NOT_ALLOWED"' in response.read()


def test_a_connection_is_kept_open(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/health")
        assert b'"status":"ok"' in connection.getresponse().read()
    assert connection.sock is not None


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff", b'{"access_token": "\\ud800"}'])
def test_a_body_that_is_no_object_is_refused(server: Server, body: bytes) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("POST", "/item/get", body)
    response = connection.getresponse()
    assert response.status == 400
    assert b'"error_type":"INVALID_' in response.read()


def test_rate_limits_apply_when_asked() -> None:
    server = make_server(today=date(2026, 3, 10), history_days=5, initial_seconds=0, historical_seconds=0,
                         rate_limits=True)  # fmt: skip
    control = Control(server.run_in_thread().url)
    item = control.link()
    for _ in range(5):
        control.api("/accounts/balance/get", {"access_token": item.access_token})
    with pytest.raises(Exception, match="BALANCE_LIMIT"):
        control.api("/accounts/balance/get", {"access_token": item.access_token})
    server.stop()
