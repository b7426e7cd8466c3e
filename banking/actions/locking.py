"""One worker at a time."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

from banking.actions.errors import Busy

READING = 7_301
LINKING = 7_302
MATCHING = 7_303
RECURRING = 7_304
LOOK_AGAIN_SECONDS = 0.05
_here: set[tuple[int, int]] = set()
_guard = threading.Lock()


@contextmanager
def alone(connection_id: int) -> Iterator[None]:
    """Hold the connection against every other worker until the block ends or the process dies; else raise Busy."""
    with _held(READING, connection_id):
        yield


@contextmanager
def linking(book_id: int, *, patience: float) -> Iterator[None]:
    """Hold the book against all others that link a bank to it; raise Busy after `patience` seconds of waiting.

    Whoever dies lets go, so that the next one can take over what was begun.
    """
    ends = time.monotonic() + patience
    with ExitStack() as stack:
        while not _entered(stack, book_id):
            if time.monotonic() >= ends:
                raise Busy
            time.sleep(LOOK_AGAIN_SECONDS)
        yield


@contextmanager
def looking_for_matches(book_id: int) -> Iterator[None]:
    """Hold the book against every other search for matches; else raise Busy."""
    with _held(MATCHING, book_id):
        yield


@contextmanager
def looking_for_recurring(book_id: int) -> Iterator[None]:
    """Hold the book against every other search for what comes again; else raise Busy."""
    with _held(RECURRING, book_id):
        yield


def _entered(stack: ExitStack, book_id: int) -> bool:
    try:
        stack.enter_context(_held(LINKING, book_id))
    except Busy:
        return False
    return True


@contextmanager
def _held(namespace: int, key: int) -> Iterator[None]:
    with _held_in_process(namespace, key):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [namespace, key % 2**31])
            if not cursor.fetchone()[0]:
                raise Busy
        try:
            yield
        finally:
            _unlock(namespace, key)


@contextmanager
def _held_in_process(namespace: int, key: int) -> Iterator[None]:
    with _guard:
        if (namespace, key) in _here:
            raise Busy
        _here.add((namespace, key))
    try:
        yield
    finally:
        with _guard:
            _here.discard((namespace, key))


def _unlock(namespace: int, key: int) -> None:
    """A broken connection has lost the lock already."""
    if connection.connection is None or connection.connection.closed or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [namespace, key % 2**31])
