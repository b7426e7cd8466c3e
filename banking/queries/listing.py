"""Transactions as lists show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import CharField, Func, Prefetch, QuerySet

from accounts.models import Book
from banking.models import Merchant, Rule, Tag, Transaction
from banking.queries.filtering import EVERYTHING, Filters, matching


def transactions(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Transaction]:
    """Newest first, with category, merchant, account and its connection, and tags; two queries for any page."""
    rows = matching(book=book, filters=filters)
    rows = rows.select_related("category", "merchant", "account", "suggestion")
    return rows.prefetch_related(Prefetch("tags", Tag.objects.order_by("name"))).order_by("-day", "-id")


def transaction(*, book: Book, pk: int) -> Transaction:
    """One row; raise Transaction.DoesNotExist for a row that is removed or of another book."""
    return transactions(book=book).get(pk=pk)


def latest(*, book: Book, count: int = 8) -> list[Transaction]:
    """The newest rows, pending ones too."""
    return list(transactions(book=book)[:count])


def merchants(*, book: Book, text: str = "") -> QuerySet[Merchant]:
    """The book's merchants by name, those containing the text."""
    found = Merchant.objects.filter(book=book)
    return (found.filter(name__icontains=text) if text else found).order_by("name", "id")


def tags(*, book: Book) -> QuerySet[Tag]:
    return Tag.objects.filter(book=book).order_by("name", "id")


def rules(*, book: Book) -> QuerySet[Rule]:
    """The book's rules in the order they are tried: the newest first."""
    return Rule.objects.filter(book=book).select_related("category").order_by("-id")


PLAIN = (
    "id",
    "day",
    "authorized_on",
    "amount",
    "currency",
    "description",
    "account_id",
    "merchant_id",
    "category_id",
    "category_source",
    "confidence",
    "reason",
    "suggestion_id",
    "note",
    "pending",
    "excluded",
    "origin",
    "channel",
    "edited",
)


class Written(Func):
    """A moment in the form of ISO 8601. The database writes it: to read and write it here takes ten times as long."""

    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')", parameters

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"replace({column}, ' ', 'T') || '+00:00'", parameters


def plain_transactions(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Any]:
    """The same rows in the same order as named tuples: a third of the time of whole objects.

    They have PLAIN and the moments `created` and `updated` as text. They name nothing: ask `names` for what a page of
    them refers to.
    """
    rows = matching(book=book, filters=filters).order_by("-day", "-id")
    moments = {"created": Written("created_at"), "updated": Written("updated_at")}
    return rows.annotate(**moments).values_list(*PLAIN, *moments, named=True)


@dataclass(frozen=True, slots=True)
class Names:
    """What rows refer to, by id; the tags by the row's id, in order."""

    accounts: dict[int, str]
    merchants: dict[int, str]
    categories: dict[int, str]
    tags: dict[int, list[str]]


def names(*, book: Book, rows: Sequence[Any]) -> Names:
    """The names behind rows of `plain_transactions`.

    One statement, written out: joining all of this to the rows takes longer to plan than the page takes to read.
    """
    found = Names({}, {}, {}, defaultdict(list))
    if not rows:
        return found
    categories = {row.category_id for row in rows} | {row.suggestion_id for row in rows}
    wanted = [{row.account_id for row in rows}, {row.merchant_id for row in rows}, categories, {row.id for row in rows}]
    ids = [", ".join(str(int(pk)) for pk in some if pk) or "0" for some in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_NAMES.format(*ids), [book.pk] * len(ids))
        for kind, pk, name in cursor.fetchall():
            if kind == "tag":
                found.tags[pk].append(name)
            else:
                getattr(found, kind)[pk] = name
    return found


_NAMES = """
SELECT 'accounts', id, name FROM banking_account WHERE book_id = %s AND id IN ({})
UNION ALL SELECT 'merchants', id, name FROM banking_merchant WHERE book_id = %s AND id IN ({})
UNION ALL SELECT 'categories', id, name FROM banking_category WHERE book_id = %s AND id IN ({})
UNION ALL SELECT 'tag', tagged.transaction_id, tag.name
FROM banking_transactiontag tagged JOIN banking_tag tag ON tag.id = tagged.tag_id
WHERE tagged.book_id = %s AND tagged.transaction_id IN ({})
ORDER BY 3
"""
