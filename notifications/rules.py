"""Rules: functions that find what there is to tell in a book. Other apps register theirs at start-up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Book
from notifications.kinds import KINDS

Words = str | Callable[[str], str]
"""A text, or what gives it to a reader of a locale such as `de-DE`."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell once to each member of a book, or to `only` one.

    It is the same event as another one with its `key` and `period`, however often it is found. `title` and
    `private_body` hold no amount: they may stand on a locked screen. `url` is a path of this site. A `silent` one
    counts as told and nobody hears of it: what a louder one, found with it, has overtaken.
    """

    key: str
    period: str
    title: Words
    body: Words
    private_body: Words = ""
    url: str = ""
    only: int | None = None
    silent: bool = False


Find = Callable[[Book, datetime], Iterable[Event]]
_finds: dict[str, Find] = {}
_told_directly: set[str] = set()


def register(kind: str, find: Find) -> None:
    """Let `find(book, now)` be asked after each sync and every day; the caller has entered the book.

    Raise ValueError for a kind that is not among `kinds.KINDS`.
    """
    _known(kind)
    _finds[kind] = find


def register_direct(kind: str) -> None:
    """Say that the kind is told as it happens, by nobody's `find`."""
    _known(kind)
    _told_directly.add(kind)


def registered() -> dict[str, Find]:
    return dict(_finds)


def offered() -> list[str]:
    """The kinds that can happen on this installation, in the order of the catalogue."""
    return [name for name in KINDS if name in _finds or name in _told_directly]


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"There is no kind of event called {kind}.")
