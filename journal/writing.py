"""Writing many rows of any model, each with values of its own."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, models

from journal.columns import STAMPS

BATCH = 1_000


def batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """So many at once as every database takes in one statement."""
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def update(*, model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[str], now: datetime) -> None:
    """Write these columns of the rows, and the stamp of the change.

    One prepared statement for all: a CASE over thousands of rows, as `bulk_update` writes it, takes ten times as long.
    """
    stamps = [each for each in model._meta.concrete_fields if each.name in STAMPS]
    for row in rows:
        for stamp in stamps:
            setattr(row, stamp.attname, now)
    fields = [each for each in model._meta.concrete_fields if each.attname in columns] + stamps
    key, quote = model._meta.pk, connection.ops.quote_name
    assigned = ", ".join(f"{quote(str(each.column))} = %s" for each in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {assigned} WHERE {quote(str(key.column))} = %s"  # noqa: S608  our names
    values = [
        [each.get_db_prep_save(each.value_from_object(row), connection) for each in (*fields, key)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
