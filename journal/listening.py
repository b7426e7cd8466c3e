"""Who hears that an operation was committed. They register at start-up; this app does not know them."""

from collections.abc import Callable

Listener = Callable[[int, frozenset[str]], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> Listener:
    """Call `listener(book_id, labels of the models that changed)` after each commit. Usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(book_id: int, labels: frozenset[str]) -> None:
    """Let every registered app know; the caller has committed."""
    for listener in _listeners:
        listener(book_id, labels)
