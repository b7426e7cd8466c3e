"""How one would write it at first, to see that the drills notice."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.books import entered
from banking.actions import sync
from banking.models import Connection


def save_the_cursor_first(patch: pytest.MonkeyPatch, *, pause: float = 0) -> None:
    """The cursor is committed before the rows that it stands for, as two statements in a row would do it."""
    patch.setattr(sync, "_read", _then_saved(sync._read, pause))


def _then_saved(read: Callable[..., sync.Reading], pause: float) -> Callable[..., sync.Reading]:
    def reading(book: Any, connection: Any, feed: Any, now: Any) -> sync.Reading:
        found = read(book, connection, feed, now)
        with entered(book):
            Connection.objects.filter(pk=connection.pk).update(cursor=found.changes.cursor)
        connection.cursor = found.changes.cursor
        time.sleep(pause)
        return found

    return reading
