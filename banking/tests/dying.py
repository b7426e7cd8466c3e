"""A process that dies at a chosen word to its database or to the bank."""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from banking import categoriser
from banking.providers import registry
from banking.tests.bank import quick

on_postgres = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="SQLite holds one writer at a time and is served by one process: there is no second one to kill",
)
NOTICED_SECONDS, LONGEST_SECONDS = 20, 120


def dies_at(point: int, work: Callable[[], object]) -> bool:
    """Do the work in a fork that is killed at that point of it, counted from 0; False when it ended before.

    Points lie before each statement, and before and after each commit and each call to the bank. Raise AssertionError
    when the work failed.
    """

    def counted() -> None:
        quick(read_timeout=NOTICED_SECONDS)  # with sockets of its own
        _passing(Points(point), work)

    ended = in_a_fork(counted)
    assert ended in (0, -signal.SIGKILL), f"it ended with {ended} before point {point}"
    return ended != 0


class Fallen(BaseException):
    """Nothing of ours catches it: what it goes through does no more than a dead process."""


def falls_at(point: int, work: Callable[[], object]) -> bool:
    """Do the work here and break it off at that point of it, counted as above; False when it ended before.

    For a database that one process serves. Nothing is asked or written after the point.
    """
    client = registry.vendor("plaid").feed.client
    commit, call = connection.commit, client.call
    try:
        _passing(Points(point, _fall), work)
    except Fallen:
        return True
    finally:
        connection.commit, client.call = commit, call
    return False


def _fall() -> None:
    raise Fallen


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def points_of(work: Callable[[], object]) -> int:
    """How many points the work has; nothing is killed."""
    quick(read_timeout=NOTICED_SECONDS)
    points = Points(sys.maxsize)
    commit = connection.commit
    try:
        _passing(points, work)
    finally:
        connection.commit = commit
        quick(read_timeout=NOTICED_SECONDS)
    return sys.maxsize - points.left


def _passing(points: "Points", work: Callable[[], object]) -> None:
    client = registry.vendor("plaid").feed.client
    connection.commit = points.around(connection.commit)
    client.call = points.around(client.call)
    with connection.execute_wrapper(points.before):
        work()


def load_the_model() -> None:
    """Once, before there are many processes that would each load it."""
    model = categoriser.load_or_none(settings.CATEGORISER_DIR)
    categoriser.categorise_one("SHOP", Decimal(-1), model=model)


def in_a_fork(work: Callable[[], object]) -> int:
    """Do the work in a fork with a database connection of its own; its exit code, negative for a signal.

    Returns when the database has noticed the end too: until then it holds what the dead one held.
    """
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _do(work, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        backend = pipe.readline().strip()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _until_gone(backend)
    return ended


def _do(work: Callable[[], object], telling: int) -> None:
    signal.alarm(LONGEST_SECONDS)  # a lock that another thread held when it was forked is never given back
    try:
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            os.write(telling, f"{connection.connection.info.backend_pid}\n".encode())
        os.close(telling)
        work()
    except BaseException:  # noqa: BLE001  a fork must not return into the test it was forked from
        traceback.print_exc(file=sys.__stderr__)
        os._exit(1)
    os._exit(0)


def _until_gone(backend: str) -> None:
    ends = time.monotonic() + NOTICED_SECONDS
    while backend and _is_there(backend):
        if time.monotonic() > ends:
            raise TimeoutError(f"the database still serves {backend}")
        time.sleep(0.005)


def _is_there(backend: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [int(backend)])
        return bool(cursor.fetchone()[0])


class Points:
    """A page is asked for in another thread, which the run waits for: the order of points is the same each time."""

    def __init__(self, last: int, end: Callable[[], None] = _die) -> None:
        self.left = last
        self._end = end
        self._one = threading.Lock()

    def before(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self._pass()
        return execute(*arguments)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self._pass()
            answer = call(*arguments)
            self._pass()
            return answer

        return counted

    def _pass(self) -> None:
        with self._one:
            if self.left == 0:
                self._end()
            self.left -= 1
