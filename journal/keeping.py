"""Who keeps things that follow from the rows. They register at start-up; this app does not know them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime

from accounts.models import Book
from journal.effects import Effect
from journal.models import Operation

Effects = Mapping[str, Sequence[Effect]]
"""What is taken back, by the label of the model."""
Keeper = Callable[[Operation, Effects], AbstractContextManager[None]]
Mentions = Callable[[Book, Sequence[int]], Mapping[str, Mapping[int, int]]]
Way = Callable[[Operation, datetime], None]
_keepers: list[Keeper] = []
_mentions: dict[str, list[Mentions]] = {}
ways: dict[str, Way] = {}
"""How operations of a verb are taken back, where that is more than putting each row as it was: `way(operation, now)`.

It is called inside the operation that does so, and raises CannotUndo.
"""
derived: set[str] = set()
"""Labels of models that the keepers write: rows that follow from others, and that nothing depends on."""
shared: set[str] = set()
"""Labels of models like tags: one that was made for one row and is used by others since stays when that is undone."""
beside: set[str] = set()
"""Labels of models that are like shared ones where an operation made them beside what it was about."""
lets_go: set[str] = set()
"""Labels of models that only tell of others, and may do so when those are gone: their reference becomes null."""


class InTheWay(Exception):
    """What is taken back leaves rows (of a model's label, by key) that are not as they must be: nothing is changed."""

    def __init__(self, label: str, keys: Sequence[int]) -> None:
        super().__init__(label, keys)
        self.label, self.keys = label, list(keys)


def register(
    keeper: Keeper,
    *,
    follows: Iterable[str] = (),
    used_by_many: Iterable[str] = (),
    made_beside: Iterable[str] = (),
    telling: Iterable[str] = (),
) -> None:
    """Enter `keeper(operation, effects)` around every undo: before it to lock, after it to make true what follows.

    It may raise InTheWay.
    """
    if keeper not in _keepers:
        _keepers.append(keeper)
    derived.update(follows)
    shared.update(used_by_many)
    beside.update(made_beside)
    lets_go.update(telling)


def register_mentions(label: str, mentions: Mentions) -> None:
    """Ask who refers to rows of a model other than by a column, as in JSON: by label {row: the one it mentions}."""
    if mentions not in _mentions.setdefault(label, []):
        _mentions[label].append(mentions)


def mentioned(label: str, *, book: Book, keys: Sequence[int]) -> Iterator[tuple[str, Mapping[int, int]]]:
    """What all that were registered found."""
    for mentions in _mentions.get(label, ()) if keys else ():
        yield from mentions(book, keys).items()


def stays(label: str, *, about: str) -> bool:
    """Whether a row that was made by an operation about rows of a model stays, once others use it, when that is undone.

    What does not stay then stands in the way.
    """
    return label in shared or (label in beside and label != about)


@contextmanager
def kept(original: Operation, effects: Effects) -> Iterator[None]:
    """Within every keeper."""
    with ExitStack() as stack:
        for keeper in _keepers:
            stack.enter_context(keeper(original, effects))
        yield
