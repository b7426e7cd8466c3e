"""What other apps put into a new book. They register at start-up; this app does not know them."""

from collections.abc import Callable

from accounts.models import Book

Filler = Callable[[Book], None]
_fillers: list[Filler] = []


def register(filler: Filler) -> Filler:
    """Call `filler(book)` inside each new book, in the transaction that opens it. Usable as a decorator."""
    if filler not in _fillers:
        _fillers.append(filler)
    return filler


def fill(book: Book) -> None:
    """Let every registered app put its first rows into the book; the caller has entered it."""
    for filler in _fillers:
        filler(book)
