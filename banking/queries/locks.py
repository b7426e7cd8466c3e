"""Which fields of a transaction a person set by hand, so that nothing else changes them."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Book, User
from banking.models import Transaction
from journal.models import Change
from journal.queries import changes_of

NO_LOCKS = {"removed"}
"""What `edited` also marks: restoring is how that is taken back."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A field, when it was set, and by whom as far as the journal knows."""

    field: str
    at: datetime | None
    by: User | None


def locks_of(*, book: Book, row: Transaction) -> list[Lock]:
    """The locks of a row, in the order of their names; at most one query."""
    marks = {name: moment for name, moment in row.edited.items() if name not in NO_LOCKS}
    if not marks:
        return []
    changes = list(changes_of(book=book, model=Transaction._meta.label, key=row.pk))
    return [Lock(name, _moment(marks[name]), _setter(name, marks[name], changes)) for name in sorted(marks)]


def _setter(name: str, moment: str, changes: list[Change]) -> User | None:
    for change in changes:
        edited = (change.after or {}).get("edited") or {}
        if edited.get(name) == moment and change.operation.undoes_id is None:
            return change.operation.by
    return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
