"""Many changes at once: what a set-wise write made of its rows, read back and written down in few statements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection, models
from django.db.models import QuerySet

from journal.columns import columns_of
from journal.models import Change, Operation

MANY = 500


class Noted(NamedTuple):
    """One row before and after, as `Change` keeps it."""

    model: str
    key: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class _Holder:
    """An object with one column, as `value_to_string` wants it."""


def snapshots(rows: "QuerySet[Any]") -> Iterator[tuple[int, dict[str, Any]]]:
    """(key, snapshot) of each row, as `actions.snapshot` makes it, without an instance."""
    model: type[models.Model] = rows.model
    fields = columns_of(model)
    names = [f.attname for f in fields]
    writers = [_writer(f) for f in fields]
    found = rows.values_list("pk", *names).iterator(chunk_size=5_000)
    for pk, *values in found:
        written = zip(names, writers, values, strict=True)
        yield pk, {name: None if value is None else write(value) for name, write, value in written}


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if type(field).value_to_string is models.Field.value_to_string:
        return str

    def write(value: Any) -> Any:
        holder = _Holder()
        setattr(holder, field.attname, value)
        return field.value_to_string(holder)  # type: ignore[arg-type]  # it reads the one column

    return write


def write(operation: Operation, changes: Sequence[Noted]) -> None:
    """Store changes of an operation that is stored; by COPY where there are many."""
    if connection.vendor != "postgresql" or len(changes) < MANY:
        rows = (
            Change(operation=operation, book_id=operation.book_id, model=model, key=key, before=before, after=after)
            for model, key, before, after in changes
        )
        Change.objects.bulk_create(rows, batch_size=1000)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS changing")
        cursor.execute("CREATE TEMPORARY TABLE changing (model varchar(60), key bigint, before jsonb, after jsonb)")
        with cursor.copy("COPY changing FROM STDIN") as copy:
            for model, key, before, after in changes:
                copy.write_row((model, key, _text(before), _text(after)))
        cursor.execute(
            "INSERT INTO journal_change (book_id, operation_id, model, key, before, after)"
            " SELECT %s, %s, model, key, before, after FROM changing",
            [operation.book_id, operation.pk],
        )
        cursor.execute("DROP TABLE changing")


def _text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
