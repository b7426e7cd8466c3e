"""Who keeps things that follow from the rows. They register at start-up; this app does not know them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from accounts.models import Book
from journal.effects import Effect

Effects = Mapping[str, Sequence[Effect]]
"""What is taken back, by the label of the model."""
Keeper = Callable[[Book, Effects], AbstractContextManager[None]]
_keepers: list[Keeper] = []
derived: set[str] = set()
"""Labels of models that the keepers write: rows that follow from others, and that nothing depends on."""
shared: set[str] = set()
"""Labels of models like tags: one that was made for one row and is used by others since stays when that is undone."""


beside: set[str] = set()
"""Labels of models that are like shared ones where an operation made them beside what it was about."""


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
) -> None:
    """Enter `keeper(book, effects)` around every undo: before it to lock, and after it to make true what follows.

    It may raise InTheWay.
    """
    if keeper not in _keepers:
        _keepers.append(keeper)
    derived.update(follows)
    shared.update(used_by_many)
    beside.update(made_beside)


def stays(label: str, *, about: str) -> bool:
    """Whether a row that was made by an operation about rows of a model stays, once others use it, when that is undone.

    What does not stay then stands in the way.
    """
    return label in shared or (label in beside and label != about)


@contextmanager
def kept(book: Book, effects: Effects) -> Iterator[None]:
    """Within every keeper."""
    with ExitStack() as stack:
        for keeper in _keepers:
            stack.enter_context(keeper(book, effects))
        yield
