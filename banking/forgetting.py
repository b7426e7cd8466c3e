"""Who else keeps what was learned from accounts, so that it is erased with them. They register at start-up."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.models import Book
from banking.models import Account

Learned = Callable[[Book, "QuerySet[Account]"], "QuerySet[Any]"]
_learners: list[Learned] = []


def register(learned: Learned) -> None:
    """`learned(book, accounts)` are the rows that go when what was read of these accounts is erased."""
    if learned not in _learners:
        _learners.append(learned)


def learned_from(*, book: Book, accounts: "QuerySet[Account]") -> "Iterator[QuerySet[Any]]":
    """What each of them keeps."""
    for learned in _learners:
        yield learned(book, accounts)
