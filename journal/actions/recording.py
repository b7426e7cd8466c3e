"""Recording what an operation does."""

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import Book, User
from journal import bulk, listening, made, wording
from journal.columns import columns_of, written
from journal.models import Change, Operation

Snapshot = dict[str, Any]


def snapshot(row: models.Model) -> Snapshot:
    """The row's own columns as JSON-ready text, except secrets and the stamp of the last change."""
    return {column.attname: written(column, row) for column in columns_of(type(row))}


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

    def changed(self, row: models.Model, before: Snapshot, *, called_by: Container[str] = ()) -> None:
        """Record the fields that differ from `before`; a row that did not change leaves no trace.

        Those that the row is called by are kept beside them, so that the change is called as the row was then.
        """
        after = snapshot(row)
        if all(after[name] == before.get(name) for name in after):
            return
        kept = [name for name in after if after[name] != before.get(name) or name in called_by]
        self._add(row, {n: before.get(n) for n in kept}, {n: after[n] for n in kept})

    def noted(self, model: str, key: int, before: Snapshot | None, after: Snapshot | None) -> None:
        """Record a change made set-wise, where no instance is at hand."""
        self.changes.append(
            Change(operation=self.operation, book=self.operation.book, model=model, key=key, before=before, after=after)
        )

    def forget(self, model: str, keys: Container[int], *, since: int) -> None:
        """Drop what was noted after the first `since` changes of rows that this operation makes.

        They are recorded once, as it leaves them.
        """
        self.changes[since:] = [each for each in self.changes[since:] if each.model != model or each.key not in keys]

    def noted_many(self, model: str, rows: Iterable[tuple[int, Snapshot | None, Snapshot | None]]) -> None:
        """The same for many rows of a model, (key, before, after) each."""
        self.many += [bulk.Noted(model, key, before, after) for key, before, after in rows]

    def _add(self, row: models.Model, before: Snapshot | None, after: Snapshot | None) -> None:
        self.noted(row._meta.label, row.pk, before, after)


_open: ContextVar[Recorder | None] = ContextVar("the operation that is going on", default=None)


@contextmanager
def operation(
    *, book: Book, by: User | None, verb: str, now: datetime, undoes: Operation | None = None, final: bool = False
) -> Iterator[Recorder]:
    """One atomic operation. Without a change nothing is left behind; a committed change is told to who listens.

    One that begins inside another of the same book is part of it: it is taken back together with it. `final` ones are
    never taken back.
    """
    outer = _open.get()
    if outer is not None and outer.operation.book_id == book.pk:
        with _part_of(outer):
            yield outer
        return
    with transaction.atomic():
        recorder = Recorder(Operation(book=book, by=by, verb=verb, at=now, undoes=undoes, final=final))
        token = _open.set(recorder)
        try:
            yield recorder
        finally:
            _open.reset(token)
        if recorder.changes or recorder.many:
            _save(recorder)


@contextmanager
def _part_of(outer: Recorder) -> Iterator[None]:
    """What fails is rolled back and leaves no trace, should the outer operation go on."""
    there, many = len(outer.changes), len(outer.many)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del outer.changes[there:], outer.many[many:]
        raise


def _save(recorder: Recorder) -> None:
    noted: list[Change | bulk.Noted] = [*recorder.changes, *recorder.many]
    main = min(noted, key=lambda change: wording.rank(recorder.operation.verb, change.model))
    recorder.operation.model, recorder.operation.key = main.model, main.key
    recorder.operation.size = len(noted)
    recorder.operation.save()
    for change in recorder.changes:
        change.operation = recorder.operation
    Change.objects.bulk_create(recorder.changes, batch_size=1000)
    bulk.write(recorder.operation, recorder.many)
    made.note(recorder.operation.pk)
    _tell_when_committed(recorder.operation.book_id, frozenset(change.model for change in noted))


def _tell_when_committed(book_id: int, labels: frozenset[str]) -> None:
    def tell() -> None:
        listening.tell(book_id, labels)

    transaction.on_commit(tell, robust=True)


def forget(*, book: Book, rows: Iterable[models.QuerySet[Any]]) -> None:
    """Erase what the journal kept of these rows, with the operations that were about nothing else.

    Call before the rows are deleted, in the same transaction.
    """
    for each in rows:
        Change.objects.filter(book=book, model=each.model._meta.label, key__in=each.order_by().values("pk")).delete()
    Operation.objects.filter(book=book, changes=None).delete()
