"""Many changes at once: what a set-wise write made of its rows, read back and written down in few statements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from django.db import connection, models
from django.db.models import QuerySet

from journal.models import Change

MANY = 500


class _Holder:
    """An object with one column, as `value_to_string` wants it."""


def snapshots(rows: "QuerySet[Any]") -> Iterator[tuple[int, dict[str, Any]]]:
    """(key, snapshot) of each row, as `actions.snapshot` makes it, without an instance."""
    fields = [f for f in rows.model._meta.concrete_fields if f.editable or f.is_relation]
    names = [f.attname for f in fields]
    writers = [_writer(f) for f in fields]
    found = rows.values_list("pk", *names).iterator(chunk_size=5_000)
    for pk, *values in found:
        yield pk, {name: write(value) for name, write, value in zip(names, writers, values, strict=True)}


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if type(field).value_to_string is models.Field.value_to_string:
        return str

    def write(value: Any) -> Any:
        holder = _Holder()
        setattr(holder, field.attname, value)
        return field.value_to_string(holder)  # type: ignore[arg-type]  # it reads the one column

    return write


def write(changes: Sequence[Change]) -> None:
    """Store changes whose operation is stored; by COPY where there are many."""
    if connection.vendor != "postgresql" or len(changes) < MANY:
        Change.objects.bulk_create(changes, batch_size=1000)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS changing")
        cursor.execute(
            "CREATE TEMPORARY TABLE changing"
            " (book_id bigint, operation_id bigint, model varchar(60), key bigint, before jsonb, after jsonb)"
        )
        with cursor.copy("COPY changing FROM STDIN") as copy:
            for each in changes:
                copy.write_row(
                    (each.book_id, each.operation_id, each.model, each.key, _text(each.before), _text(each.after))
                )
        cursor.execute(
            "INSERT INTO journal_change (book_id, operation_id, model, key, before, after)"
            " SELECT book_id, operation_id, model, key, before, after FROM changing"
        )
        cursor.execute("DROP TABLE changing")


def _text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
