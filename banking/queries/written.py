"""In which texts of a book's rows words can be at all, told without reading the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import ForeignKey, Lookup, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import Book
from banking import wordings
from banking.models import Merchant, Transaction, Word


@dataclass(frozen=True, slots=True)
class Written:
    """Where a word can be: in the merchants with these ids, in a wording of the bank's, in a note.

    Of a wording only its letters are known, so that a number may be in one.
    """

    word: str
    merchants: frozenset[int]
    described: bool
    noted: bool

    @property
    def where(self) -> Q | None:
        """The rows with the word in wording or note; None where that is none."""
        found = [holding(self.word, "description")] if self.described else []
        found += [Q(note__gt="") & holding(self.word, "note")] if self.noted else []
        return Q(*found, _connector=Q.OR) if found else None


def written(*, book: Book, words: Sequence[str], merchants: bool = True) -> list[Written]:
    """Of each word; one query. Without `merchants` those are not looked for."""
    if not words:
        return []
    pieces = [_merchants(book, words)] if merchants else []
    for number, word in enumerate(words):
        pieces += [_described(book, number, word), _there("note", number, [_noted(book, word)])]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _ in pieces), [value for _, values in pieces for value in values]
        )
        rows = cursor.fetchall()
    there = {(kind, key) for kind, key, _name in rows}
    names = [(key, name.casefold()) for kind, key, name in rows if kind == "merchant"]
    return [
        Written(
            word,
            frozenset(key for key, name in names if word in name),
            ("wording", number) in there,
            ("note", number) in there,
        )
        for number, word in enumerate(words)
    ]


Piece = tuple[str, list[Any]]


def _merchants(book: Book, words: Sequence[str]) -> Piece:
    """Those with any of the words."""
    any_word = Q(*(holding(word, "name", "key") for word in words), _connector=Q.OR)
    sql, values = Merchant.objects.filter(any_word, book=book).values("pk", "name", "key").query.sql_with_params()
    return f"SELECT 'merchant', m.pk, m.name || ' ' || m.key FROM ({sql}) m", list(values)  # noqa: S608  what the ORM wrote


def _described(book: Book, number: int, word: str) -> Piece:
    known = Word.objects.filter(book=book)
    return _there("wording", number, [known.filter(text__contains=letters) for letters in wordings.sought(word)])


def _noted(book: Book, word: str) -> QuerySet[Transaction]:
    return Transaction.objects.filter(holding(word, "note"), book=book, note__gt="")


def _there(kind: str, number: int, all_of: Sequence[QuerySet[Any]]) -> Piece:
    """A row where each of them has one."""
    sqls = [rows.order_by().values("pk").query.sql_with_params() for rows in all_of]
    where = " AND ".join(f"EXISTS ({sql})" for sql, _values in sqls)
    sql = f"SELECT '{kind}', {int(number)}, ''" + (f" WHERE {where}" if where else "")
    return sql, [value for _sql, values in sqls for value in values]


def holding(word: str, *columns: str) -> Q:
    """The word in any of the columns. SQLite knows no other case of É than É, so that one is spelled out."""
    spellings = {word} if word.isascii() else {word, word.upper(), word.title()}
    return Q(*((f"{column}__icontains", each) for column in columns for each in sorted(spellings)), _connector=Q.OR)


@ForeignKey.register_lookup
class Among(Lookup[bool]):
    """One of some ids, as one value: of two thousand, each a value of its own, the statement takes ten times as long
    to write and to read as to answer."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        column, values = self.process_lhs(compiler, connection)
        ids = ",".join(map(str, sorted(self.rhs)))
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*values, f"{{{ids}}}")
        return f"{column} IN (SELECT value FROM json_each(%s))", (*values, f"[{ids}]")  # noqa: S608  a column of ours
