"""Transactions as CSV, made by the database and passed on piece by piece, so that any number takes the same memory."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Func, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.books import entered
from accounts.models import Book
from banking.models import TransactionTag
from banking.queries.filtering import EVERYTHING, Filters, matching

COLUMNS = (
    "id",
    "day",
    "account",
    "currency",
    "amount",
    "description",
    "merchant",
    "category",
    "tags",
    "note",
    "pending",
    "excluded",
    "part_of",
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the beginning of a text: such a text gets an apostrophe before it."""
AT_ONCE, LINES_AT_ONCE = 2_000, 500


class Plainly(Func):
    """An amount as decimal text with two places, or four where it has more."""

    output_field = CharField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # shorter
        column, parameters = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            text = f"CASE WHEN {column} %% 100 = 0 THEN round({column} * 0.0001, 2) ELSE {column} * 0.0001 END"
            return f"({text})::text", (*parameters, *parameters, *parameters)
        whole = f"printf('%s%d', CASE WHEN {column} < 0 THEN '-' ELSE '' END, abs({column}) / 10000)"
        short = f"printf('.%02d', abs({column}) % 10000 / 100)"
        long = f"printf('.%04d', abs({column}) % 10000)"
        text = f"{whole} || CASE WHEN {column} % 100 = 0 THEN {short} ELSE {long} END"
        return text.replace("%", "%%"), tuple(parameters) * 6


class Safely(Func):
    """A text that no spreadsheet calculates."""

    output_field = CharField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # shorter
        column, parameters = compiler.compile(self.source_expressions[0])
        first = "ascii" if connection.vendor == "postgresql" else "unicode"
        signs = ", ".join(str(ord(sign)) for sign in FORMULA_SIGNS)
        text = f"CASE WHEN {first}({column}) IN ({signs}) THEN %s || {column} ELSE {column} END"
        return text, (*parameters, "'", *parameters, *parameters)


class Joined(Func):
    """Texts with a comma between them."""

    output_field = CharField()
    template = "%(function)s(%(expressions)s, ', ')"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="string_agg", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="group_concat", **extra)


def csv_of(*, book: Book, filters: Filters = EVERYTHING) -> Iterator[bytes]:
    """A header and a line per row, newest first, in UTF-8. Enters the book by itself, as it runs after the view."""
    yield _line(COLUMNS)
    with entered(book):
        rows = _rows(book, filters)
        yield from _copied(rows) if connection.vendor == "postgresql" else _written(rows)


def _copied(rows: "QuerySet[Any]") -> Iterator[bytes]:
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:  # what is asked for is nowhere, which is known without asking
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", parameters) as lines:
        yield from _together(bytes(piece) for piece in lines)


def _written(rows: "QuerySet[Any]") -> Iterator[bytes]:
    yield from _together(_line(values) for values in rows.iterator(chunk_size=AT_ONCE))


def _together(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Many lines at a time: sending each by itself takes longer than reading it."""
    pieces = iter(lines)
    while some := b"".join(islice(pieces, LINES_AT_ONCE)):
        yield some


class _Echo:
    """A file for `csv.writer` that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _line(values: Any) -> bytes:
    return str(csv.writer(_Echo(), lineterminator="\n").writerow(values)).encode()


def _rows(book: Book, filters: Filters) -> "QuerySet[Any]":
    rows = matching(book=book, filters=filters).order_by("-day", "-id")
    return rows.values_list(
        "id",
        "day",
        Safely(F("account__name")),
        "currency",
        Plainly(F("amount")),
        Safely(F("description")),
        Safely(Coalesce("merchant__name", Value(""))),
        Safely(F("category__name")),
        Safely(_tags(book)),
        Safely(F("note")),
        _yes("pending"),
        _yes("excluded"),
        "part_of_id",
    )


def _yes(flag: str) -> Case:
    return Case(When(**{flag: True}, then=Value("yes")), default=Value("no"), output_field=CharField())


def _tags(book: Book) -> Any:
    """The row's tags; nothing to look up where the book has none."""
    links = TransactionTag.objects.filter(book=book)
    if not links.exists():
        return Value("", output_field=CharField())
    names = links.filter(transaction=OuterRef("pk")).order_by().values("transaction")
    return Coalesce(Subquery(names.annotate(names=Joined(F("tag__name"))).values("names")), Value(""))
