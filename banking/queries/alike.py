"""Rows like one that a person has just filed, which may follow it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Book
from banking.models import EvidenceSource, Transaction
from banking.models.transactions import SETTLED
from banking.queries.categorising import is_destination
from banking.queries.filtering import Filters, matching

DECIDED = (*SETTLED, EvidenceSource.RULE)


@dataclass(frozen=True, slots=True)
class Offer:
    """How many rows could follow the transaction of this key; never none."""

    pk: int
    count: int


def alike(*, book: Book, row: Transaction) -> QuerySet[Transaction]:
    """The rows of the same merchant and direction under another category, where neither a person nor a rule filed them.

    None for a row that no person filed, that waits uncategorised, or that is split or part of a split.
    """
    says_something = row.category_source == EvidenceSource.USER and is_destination(row.category)
    if not says_something or row.merchant_id is None or row.is_split or row.part_of_id is not None:
        return Transaction.objects.none()
    same = Filters(merchants=frozenset({row.merchant_id}), direction="in" if row.amount > 0 else "out")
    others = matching(book=book, filters=same).filter(part_of=None)
    return others.exclude(category_source__in=DECIDED).exclude(category=row.category_id)


def offer(*, book: Book, ids: Collection[int]) -> Offer | None:
    """What follows rows that a person has just filed; None where they are of several merchants. Two queries."""
    rows = list(matching(book=book).filter(pk__in=ids).select_related("category").order_by("-day", "-id"))
    if len({(row.merchant_id, row.amount > 0, row.category_id) for row in rows}) != 1:
        return None
    count = alike(book=book, row=rows[0]).count()
    return Offer(rows[0].pk, count) if count else None
