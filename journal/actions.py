"""Writing the journal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import Book, User
from journal import bulk, listening
from journal.models import Change, Operation

Snapshot = dict[str, Any]


def snapshot(row: models.Model) -> Snapshot:
    """The row's own columns as JSON-ready text, except secrets."""
    fields = [f for f in row._meta.concrete_fields if f.editable or f.is_relation]
    return {f.attname: f.value_to_string(row) for f in fields}


@dataclass(slots=True)
class Recorder:
    """Collects what an operation changes; written in one statement when the operation ends."""

    operation: Operation
    changes: list[Change] = field(default_factory=list)
    many: list[bulk.Noted] = field(default_factory=list)

    def created(self, row: models.Model) -> None:
        self._add(row, None, snapshot(row))

    def deleted(self, row: models.Model) -> None:
        self._add(row, snapshot(row), None)

    def changed(self, row: models.Model, before: Snapshot) -> None:
        """Record the fields that differ from `before`; a row that did not change leaves no trace."""
        after = snapshot(row)
        differing = [name for name in after if after[name] != before.get(name)]
        if differing:
            self._add(row, {n: before.get(n) for n in differing}, {n: after[n] for n in differing})

    def noted(self, model: str, key: int, before: Snapshot | None, after: Snapshot | None) -> None:
        """Record a change made set-wise, where no instance is at hand."""
        self.changes.append(
            Change(operation=self.operation, book=self.operation.book, model=model, key=key, before=before, after=after)
        )

    def noted_many(self, model: str, rows: Iterable[tuple[int, Snapshot | None, Snapshot | None]]) -> None:
        """The same for many rows of a model, (key, before, after) each."""
        self.many += [bulk.Noted(model, key, before, after) for key, before, after in rows]

    def _add(self, row: models.Model, before: Snapshot | None, after: Snapshot | None) -> None:
        self.noted(row._meta.label, row.pk, before, after)


@contextmanager
def operation(*, book: Book, by: User | None, verb: str, now: datetime) -> Iterator[Recorder]:
    """One atomic operation. Without a change nothing is left behind; a committed change is told to who listens."""
    with transaction.atomic():
        recorder = Recorder(Operation(book=book, by=by, verb=verb, at=now))
        yield recorder
        if recorder.changes or recorder.many:
            recorder.operation.save()
            for change in recorder.changes:
                change.operation = recorder.operation
            Change.objects.bulk_create(recorder.changes, batch_size=1000)
            bulk.write(recorder.operation, recorder.many)
            labels = {change.model for change in recorder.changes} | {noted.model for noted in recorder.many}
            _tell_when_committed(book, frozenset(labels))


def _tell_when_committed(book: Book, labels: frozenset[str]) -> None:
    def tell() -> None:
        listening.tell(book.pk, labels)

    transaction.on_commit(tell, robust=True)


def forget(*, book: Book, rows: Iterable[models.QuerySet[Any]]) -> None:
    """Erase what the journal kept of these rows, with the operations that were about nothing else.

    Call before the rows are deleted, in the same transaction.
    """
    for each in rows:
        Change.objects.filter(book=book, model=each.model._meta.label, key__in=each.order_by().values("pk")).delete()
    Operation.objects.filter(book=book, changes=None).delete()
