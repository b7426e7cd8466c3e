"""Bulk writing of bank rows: COPY into a temporary table and one merge.

PostgreSQL takes the rows by COPY, SQLite by `executemany`; the merge is the same statement on both.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Book
from banking import wordings


class IncomingRow(NamedTuple):
    """One row to be stored, field by field a column of the temporary table.

    Amounts are in ten-thousandths, ids of our own tables except `external_id`.
    """

    external_id: str
    account_id: int
    day: date
    authorized_on: date | None
    amount: int
    currency: str
    description: str
    merchant_id: int | None
    category_id: int
    category_source: str
    confidence: float
    reason: str
    suggestion_id: int | None
    pending: bool
    channel: str
    bank_category: str
    bank_category_confidence: str


COLUMNS = IncomingRow._fields
TYPES = (
    "varchar(120)",
    "bigint",
    "date",
    "date",
    "bigint",
    "varchar(8)",
    "varchar(500)",
    "bigint",
    "bigint",
    "varchar(8)",
    "double precision",
    "varchar(200)",
    "bigint",
    "boolean",
    "varchar(20)",
    "varchar(80)",
    "varchar(10)",
)
BANK_FIELDS = (
    "day",
    "authorized_on",
    "amount",
    "currency",
    "description",
    "pending",
    "channel",
    "bank_category",
    "bank_category_confidence",
)
FILED_FIELDS = ("category_id", "category_source", "confidence", "reason", "suggestion_id")


Filing = tuple[Any, ...]
"""The FILED_FIELDS of a row."""


def merge(
    *, book: Book, rows: Sequence[IncomingRow], now: datetime, refiled: list[tuple[int, Filing, Filing]] | None = None
) -> tuple[int, int]:
    """Insert what is new and update what the bank changed; (inserted, updated). Call inside a transaction.

    What the user set by hand stays: category, merchant, removal. Notes, tags and exclusion are not the bank's to set.
    `refiled` is given the rows that were there and go to another category: (key, how it was filed, how it is).
    """
    if not rows:
        return 0, 0
    with incoming(rows) as cursor:
        cursor.execute("SELECT count(*) FROM incoming i JOIN banking_transaction t USING (account_id, external_id)")
        updated = cursor.fetchone()[0]
        if updated and refiled is not None:
            cursor.execute(_REFILED)
            width = len(FILED_FIELDS) + 1
            refiled += [(row[0], row[1:width], row[width:]) for row in cursor.fetchall()]
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(_statement(), [book.pk, moment, moment])
    wordings.learn(book=book, texts=(row.description for row in rows))
    return len(rows) - updated, updated


def move(*, moves: Sequence[tuple[int, str, int]]) -> None:
    """Give stored rows another bank's id and account: (key, bank's id, account's key) each. Call inside a transaction.

    In two steps, as ids may be exchanged and one must not be there twice.
    """
    if not moves:
        return
    with loaded("moving", {"id": "bigint", "external_id": "varchar(120)", "account_id": "bigint"}, moves) as cursor:
        cursor.execute("UPDATE banking_transaction SET external_id = NULL WHERE id IN (SELECT id FROM moving)")
        cursor.execute(
            "UPDATE banking_transaction SET external_id = moving.external_id, account_id = moving.account_id"
            " FROM moving WHERE moving.id = banking_transaction.id"
        )


_REFILED = f"""
SELECT t.id, {", ".join(f"t.{name}" for name in FILED_FIELDS)}, {", ".join(f"i.{name}" for name in FILED_FIELDS)}
FROM incoming i JOIN banking_transaction t USING (account_id, external_id)
WHERE t.category_source <> 'user' AND (t.description <> i.description OR t.bank_category <> i.bank_category)
AND t.category_id <> i.category_id
ORDER BY t.id
"""  # noqa: S608  only names of our own columns are put in


def _statement() -> str:
    names = ", ".join(COLUMNS)
    return f"""
    INSERT INTO banking_transaction AS t
        (book_id, origin, note, excluded, discarded, edited, created_at, updated_at, {names})
    SELECT %s, 'provider', '', {_false()}, {_false()}, '{{}}', %s, %s, {names} FROM incoming WHERE true
    ON CONFLICT (account_id, external_id) DO UPDATE SET {", ".join(_assignments())}
    """  # noqa: S608  only names of our own columns are put in


def _assignments() -> Iterator[str]:
    same = "t.description = excluded.description AND t.bank_category = excluded.bank_category"
    settled = "t.category_source IN ('user', 'match')"
    for name in BANK_FIELDS:
        yield f"{name} = excluded.{name}"
    for name in FILED_FIELDS:
        yield f"{name} = CASE WHEN {settled} OR ({same}) THEN t.{name} ELSE excluded.{name} END"
    kept = f"{_edited('merchant')} OR t.description = excluded.description"
    yield f"merchant_id = CASE WHEN {kept} THEN t.merchant_id ELSE excluded.merchant_id END"
    yield f"removed_at = CASE WHEN {_edited('removed')} THEN t.removed_at ELSE NULL END"
    yield f"discarded = CASE WHEN {_edited('removed')} THEN {_true()} ELSE {_false()} END"
    yield "updated_at = excluded.updated_at"


@contextmanager
def incoming(rows: Sequence[IncomingRow]) -> Iterator[Any]:
    """A cursor beside a temporary table `incoming` that holds the rows."""
    with loaded("incoming", dict(zip(COLUMNS, TYPES, strict=True)), rows) as cursor:
        yield cursor


@contextmanager
def loaded(name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """A cursor beside a temporary table of that name, with these columns and rows."""
    described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({described})")
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608  marks only
        yield cursor
        cursor.execute(f"DROP TABLE {name}")


def _true() -> str:
    return "true" if connection.vendor == "postgresql" else "1"


def _false() -> str:
    return "false" if connection.vendor == "postgresql" else "0"


def _edited(name: str) -> str:
    if connection.vendor == "postgresql":
        return f"jsonb_exists(t.edited, '{name}')"
    return f"json_extract(t.edited, '$.{name}') IS NOT NULL"
