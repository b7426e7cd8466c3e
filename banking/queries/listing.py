"""Transactions as lists show them."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Book
from banking.models import Merchant, Rule, Tag, Transaction, TransactionTag
from banking.queries.filtering import EVERYTHING, Filters, matching

COUNTED_UP_TO = 1_000


def transactions(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Transaction]:
    """Newest first, with category, merchant, account and its connection, and tags; two queries for any page."""
    rows = matching(book=book, filters=filters)
    rows = rows.select_related("category", "merchant", "account", "suggestion")
    return rows.prefetch_related(Prefetch("tags", Tag.objects.order_by("name"))).order_by("-day", "-id")


def transaction(*, book: Book, pk: int) -> Transaction:
    """One row; raise Transaction.DoesNotExist for a row that is removed or of another book."""
    return transactions(book=book).get(pk=pk)


def capped_count(*, book: Book, filters: Filters = EVERYTHING) -> int:
    """How many rows there are, counted no further than COUNTED_UP_TO + 1: show that one as "more than"."""
    return matching(book=book, filters=filters).order_by()[: COUNTED_UP_TO + 1].count()


def latest(*, book: Book, count: int = 8) -> list[Transaction]:
    """The newest rows, pending ones too."""
    return list(transactions(book=book)[:count])


def tag_names(*, book: Book, ids: list[int]) -> dict[int, list[str]]:
    """The tags of each of these rows that has some; one query."""
    found: dict[int, list[str]] = {}
    pairs = TransactionTag.objects.filter(book=book, transaction__in=ids).order_by("tag__name")
    for pk, name in pairs.values_list("transaction_id", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found


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
    "account__name",
    "merchant_id",
    "merchant__name",
    "category_id",
    "category__name",
    "category_source",
    "confidence",
    "reason",
    "suggestion_id",
    "suggestion__name",
    "note",
    "pending",
    "excluded",
    "origin",
    "channel",
    "edited",
    "created_at",
    "updated_at",
)


def plain_transactions(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Any]:
    """The same rows in the same order as named tuples of PLAIN: a third of the time of whole objects."""
    rows = matching(book=book, filters=filters).order_by("-day", "-id")
    return rows.values_list(*PLAIN, named=True)
