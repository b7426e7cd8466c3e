"""Bulk writing of rows that come from a file: none is ever overwritten."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from accounts.models import Book
from banking import wordings
from banking.merge import loaded

KINDS = {
    "position": "bigint",
    "external_id": "varchar(120)",
    "account_id": "bigint",
    "day": "date",
    "authorized_on": "date",
    "amount": "bigint",
    "currency": "varchar(8)",
    "description": "varchar(500)",
    "note": "varchar(2000)",
    "merchant_id": "bigint",
    "category_id": "bigint",
    "category_source": "varchar(8)",
    "confidence": "double precision",
    "reason": "varchar(200)",
    "suggestion_id": "bigint",
}


class AddedRow(NamedTuple):
    """One row to be stored; `position` says which one of the file it is, the amount is in ten-thousandths."""

    position: int
    external_id: str
    account_id: int
    day: date
    authorized_on: date | None
    amount: int
    currency: str
    description: str
    note: str
    merchant_id: int | None
    category_id: int
    category_source: str
    confidence: float
    reason: str
    suggestion_id: int | None


def add(*, book: Book, rows: Sequence[AddedRow], now: datetime) -> dict[int, int]:
    """Insert all; {position: key}. An id that is taken gets a number behind it. Call inside a transaction."""
    if not rows:
        return {}
    wordings.learn(book=book, texts=(row.description for row in rows))
    for number in range(1, 1_000):
        with loaded("adding", KINDS, rows) as cursor:
            cursor.execute("SELECT a.position FROM adding a JOIN banking_transaction t USING (account_id, external_id)")
            taken = {position for (position,) in cursor.fetchall()}
            if not taken:
                moment = connection.ops.adapt_datetimefield_value(now)
                cursor.execute(_statement(), [book.pk, moment, moment])
                cursor.execute(
                    "SELECT a.position, t.id FROM adding a JOIN banking_transaction t USING (account_id, external_id)"
                )
                return dict(cursor.fetchall())
        rows = [
            row._replace(external_id=f"{row.external_id.split('+')[0][:110]}+{number}")
            if row.position in taken
            else row
            for row in rows
        ]
    raise RuntimeError("no id is free")


def _statement() -> str:
    names = ", ".join(name for name in KINDS if name != "position")
    false, order = ("false" if connection.vendor == "postgresql" else "0"), "ORDER BY position"
    return f"""
    INSERT INTO banking_transaction (book_id, origin, excluded, discarded, pending, edited, channel, bank_category,
        bank_category_confidence, created_at, updated_at, {names})
    SELECT %s, 'import', {false}, {false}, {false}, '{{}}', '', '', '', %s, %s, {names} FROM adding {order}
    """  # noqa: S608  only names of our own columns are put in
