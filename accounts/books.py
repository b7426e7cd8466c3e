"""Entering a book: the one way to reach its rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from accounts.models import Book


@contextmanager
def entered(book: Book) -> Iterator[None]:
    """Within this block queries see the rows of this book only.

    On PostgreSQL it opens a transaction and names the book to the row-level policies; nothing leaks to the next user
    of the connection. On SQLite there is no second wall and so nothing to do.
    """
    with _with_setting("app.book", str(book.pk)):
        yield


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """Within this block queries see the rows of all books: for sweeps, the admin and repairs. Say why."""
    if not reason:
        raise ValueError("Say why all books are needed.")
    with _with_setting("app.everywhere", "on"):
        yield


@contextmanager
def _with_setting(name: str, value: str) -> Iterator[None]:
    """Set it until the block ends. The end of the transaction clears it; inside a longer one it is set back."""
    if connection.vendor != "postgresql":
        yield
        return
    inside = connection.in_atomic_block
    known: dict[str, str] = connection.__dict__.setdefault("book_settings", {})
    before = known.get(name, "")
    with transaction.atomic():
        _set(name, value)
        known[name] = value
        try:
            yield
        finally:
            known[name] = before
        if inside:
            _set(name, before)


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
