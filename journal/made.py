"""Which operations came of what is going on, so that whoever asked for it can be offered to take it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_made: ContextVar[list[int] | None] = ContextVar("operations made", default=None)


@contextmanager
def collected() -> Iterator[list[int]]:
    """The keys of the operations that are written within the block, as they come. One may be rolled back later."""
    found: list[int] = []
    token = _made.set(found)
    try:
        yield found
    finally:
        _made.reset(token)


def note(operation_id: int) -> None:
    """Add one for whoever collects."""
    found = _made.get()
    if found is not None:
        found.append(operation_id)


def latest() -> int | None:
    """The newest operation of the block that collects, if there is one."""
    found = _made.get()
    return found[-1] if found else None
