"""Transactions as lists show them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Book
from accounts.prepared import rows_of
from banking import categoriser
from banking.models import Origin, Rule, Tag, Transaction
from banking.models.categories import LONGEST_KEY
from banking.money import from_units
from banking.queries.filtering import EVERYTHING, Filters, matching, present


def transactions(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Transaction]:
    """Newest first, with category, merchant, account and its connection, and tags; two queries for any page."""
    return _shown(matching(book=book, filters=filters))


def _shown(rows: QuerySet[Transaction]) -> QuerySet[Transaction]:
    """What the parts of a page are parts of costs one query more, on pages that have any."""
    rows = rows.select_related("category", "merchant", "account", "suggestion")
    whole = Prefetch("part_of", Transaction.objects.select_related("merchant"))
    return rows.prefetch_related(Prefetch("tags", Tag.objects.order_by("name")), whole).order_by("-day", "-id")


def title(row: Transaction) -> str:
    """What the row is called: its merchant, or the words of an entry by hand where only they name the merchant."""
    if row.merchant is None:
        return row.description
    worded = (
        row.origin == Origin.MANUAL
        and not row.merchant.bank_name
        and row.merchant.key == categoriser.merchant_key(row.description)[:LONGEST_KEY]
    )
    return row.description if worded else row.merchant.name


def transaction(*, book: Book, pk: int) -> Transaction:
    """One row, also one that is split; raise Transaction.DoesNotExist for a row that is removed or of another book."""
    return _shown(present(book=book)).get(pk=pk)


def parts(*, book: Book, pk: int) -> list[Transaction]:
    """The parts of a split in the order in which they were made; three queries."""
    return list(_shown(present(book=book).filter(part_of=pk)).order_by("id"))


def latest(*, book: Book, today: date, count: int = 8) -> list[Transaction]:
    """The newest rows, pending ones too; entries by hand of a later day are still ahead."""
    there = Q(day__lte=today) | Q(account__connection__isnull=False)
    return list(transactions(book=book).filter(there)[:count])


def tags(*, book: Book) -> QuerySet[Tag]:
    return Tag.objects.filter(book=book).order_by("name", "id")


def rules(*, book: Book) -> QuerySet[Rule]:
    """The book's rules in the order they are tried."""
    return Rule.objects.filter(book=book).select_related("category").order_by("position", "id")


class PlainRow(NamedTuple):
    """A transaction without the names of what it refers to: ask `names` for those of a page."""

    id: int
    day: date
    authorized_on: date | None
    amount: Decimal
    currency: str
    description: str
    account_id: int
    merchant_id: int | None
    category_id: int
    category_source: str
    confidence: float
    reason: str
    suggestion_id: int | None
    note: str
    pending: bool
    excluded: bool
    origin: str
    channel: str
    edited: dict[str, str]
    part_of_id: int | None
    is_split: bool
    created_at: str
    """In the form of ISO 8601, as the database writes it: reading and writing it here takes ten times as long."""
    updated_at: str


_MOMENTS = {
    "postgresql": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')",
    "sqlite": "replace({}, ' ', 'T') || '+00:00'",
}


def listed(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Transaction]:
    """The rows that are meant, newest first, for `plain`."""
    return matching(book=book, filters=filters).order_by("-day", "-id")


def plain(rows: QuerySet[Transaction]) -> list[PlainRow]:
    """Read a queryset that may be filtered, ordered by columns and cut at its end; one query.

    The statement is put together here around the queryset's own conditions: the ORM takes four times as long to write
    it and to read its rows as the database to answer.
    """
    query = rows.query
    compiler = query.get_compiler(connection=connection)
    try:
        where, values = compiler.compile(query.where)
    except EmptyResultSet:
        return []
    tables, joined = compiler.get_from_clause()
    words = (_columns(connection.vendor), " ".join(tables), where, _order(rows))
    sql = "SELECT {} FROM {} WHERE {}{}".format(*words)  # noqa: S608  what the ORM wrote, and our own columns
    with connection.cursor() as cursor:
        cursor.execute(sql if query.high_mark is None else f"{sql} LIMIT {int(query.high_mark)}", [*joined, *values])
        return [_plain(values) for values in cursor.fetchall()]


def _plain(values: tuple[Any, ...]) -> PlainRow:
    row = list(values)
    row[_AMOUNT] = from_units(row[_AMOUNT])
    row[_EDITED] = json.loads(row[_EDITED]) if row[_EDITED] != "{}" else {}
    return PlainRow._make(row)


@cache
def _columns(vendor: str) -> str:
    def column(name: str) -> str:
        qualified = f'"banking_transaction"."{name}"'
        return _MOMENTS[vendor].format(qualified) if name in {"created_at", "updated_at"} else qualified

    return ", ".join(column(name) for name in PlainRow._fields)


_AMOUNT, _EDITED = PlainRow._fields.index("amount"), PlainRow._fields.index("edited")


def _order(rows: QuerySet[Transaction]) -> str:
    """The queryset's order; `reverse()` turns every direction round."""
    forwards = rows.query.standard_ordering
    parts = [
        f'"banking_transaction"."{name.lstrip("-")}" {"DESC" if name.startswith("-") == forwards else "ASC"}'
        for name in map(str, rows.query.order_by)
    ]
    return f" ORDER BY {', '.join(parts)}" if parts else ""


def plain_transaction(*, book: Book, pk: int) -> PlainRow:
    """One row, also one that is split; raise Transaction.DoesNotExist for a row that is removed or of another book."""
    found = plain(present(book=book).filter(pk=pk))
    if not found:
        raise Transaction.DoesNotExist
    return found[0]


def plain_parts(*, book: Book, pk: int) -> list[PlainRow]:
    """The parts of a split in the order in which they were made."""
    return plain(present(book=book).filter(part_of=pk).order_by("id"))


@dataclass(frozen=True, slots=True)
class Names:
    """What rows refer to, by id; the tags by the row's id, in order."""

    accounts: dict[int, str]
    merchants: dict[int | None, str]
    categories: dict[int | None, str]
    tags: dict[int, list[str]]


def names(*, book: Book, rows: Sequence[PlainRow]) -> Names:
    """The names behind rows; one query."""
    found = Names({}, {}, {}, defaultdict(list))
    if not rows:
        return found
    categories = {row.category_id for row in rows} | {row.suggestion_id for row in rows}
    kinds = ({row.account_id for row in rows}, {row.merchant_id for row in rows}, categories, {row.id for row in rows})
    wanted = [sorted(pk for pk in ids if pk) for ids in kinds]
    for kind, pk, name in rows_of(*_named(book, wanted)):
        if kind == "tag":
            found.tags[pk].append(name)
        else:
            getattr(found, kind)[pk] = name
    return found


def _named(book: Book, wanted: list[list[int]]) -> tuple[str, list[Any]]:
    """The statement and its values. SQLite knows no arrays: there each id has a mark of its own."""
    if connection.vendor == "postgresql":
        return _NAMES.format(*["= ANY(%s)"] * len(wanted)), [value for ids in wanted for value in (book.pk, ids)]
    marks = [f"IN ({', '.join(['%s'] * len(ids))})" for ids in wanted]
    return _NAMES.format(*marks), [value for ids in wanted for value in (book.pk, *ids)]


_NAMES = """
SELECT 'accounts', id, name FROM banking_account WHERE book_id = %s AND id {}
UNION ALL SELECT 'merchants', id, name FROM banking_merchant WHERE book_id = %s AND id {}
UNION ALL SELECT 'categories', id, name FROM banking_category WHERE book_id = %s AND id {}
UNION ALL SELECT 'tag', tagged.transaction_id, tag.name
FROM banking_transactiontag tagged JOIN banking_tag tag ON tag.id = tagged.tag_id
WHERE tagged.book_id = %s AND tagged.transaction_id {}
ORDER BY 3
"""
