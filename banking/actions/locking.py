"""One worker at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from banking.actions.errors import Busy

NAMESPACE = 7_301
_here: set[int] = set()
_guard = threading.Lock()


@contextmanager
def alone(connection_id: int) -> Iterator[None]:
    """Hold the connection against every other worker until the block ends or the process dies; else raise Busy."""
    with _alone_in_process(connection_id):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [NAMESPACE, connection_id % 2**31])
            if not cursor.fetchone()[0]:
                raise Busy
        try:
            yield
        finally:
            _unlock(connection_id)


@contextmanager
def _alone_in_process(connection_id: int) -> Iterator[None]:
    with _guard:
        if connection_id in _here:
            raise Busy
        _here.add(connection_id)
    try:
        yield
    finally:
        with _guard:
            _here.discard(connection_id)


def _unlock(connection_id: int) -> None:
    """A broken connection has lost the lock already."""
    if connection.connection is None or connection.connection.closed or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [NAMESPACE, connection_id % 2**31])
