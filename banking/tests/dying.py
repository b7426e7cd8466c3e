"""A process that dies at a chosen word to its database."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from banking.tests.lives import quick

on_postgres = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="SQLite holds one writer at a time and is served by one process: there is no second one to kill",
)


def dies_at(point: int, work: Callable[[], object]) -> bool:
    """Do the work in a fork that is killed at that point of it, counted from 0; False when it ended before.

    Points lie before each statement, before each commit and after it. Raise AssertionError when the work failed.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        _do(point, work)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), f"it ended with {ended} before point {point}"
    return ended != 0


def _do(point: int, work: Callable[[], object]) -> None:
    quick()  # with sockets of its own
    points = _Points(point)
    connection.ensure_connection()
    connection.commit = points.around(connection.commit)  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(points.before):
            work()
    except BaseException:  # noqa: BLE001  a fork must not return into the test it was forked from
        traceback.print_exc(file=sys.__stderr__)
        os._exit(1)
    os._exit(0)


class _Points:
    def __init__(self, last: int) -> None:
        self.left = last

    def before(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self._pass()
        return execute(*arguments)

    def around(self, commit: Callable[[], None]) -> Callable[[], None]:
        def counted() -> None:
            self._pass()
            commit()
            self._pass()

        return counted

    def _pass(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
