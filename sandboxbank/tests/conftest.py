"""A pretend bank on a free port, with a fixed day and history that is there at once."""

from collections.abc import Iterator
from datetime import date

import pytest

from sandboxbank.control import Control
from sandboxbank.server import Server, make_server
from sandboxbank.tests.listener import Listener
from sandboxbank.tests.validity import Validator

TODAY = date(2026, 3, 10)


@pytest.fixture
def server() -> Iterator[Server]:
    server = make_server(
        today=TODAY, history_days=120, initial_seconds=0, historical_seconds=0, retry_seconds=0.02
    ).run_in_thread()
    validator = Validator()
    server.bank.watchers.append(validator)
    yield server
    server.stop()
    assert validator.problems == []


@pytest.fixture
def control(server: Server) -> Control:
    return Control(server.url)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()
