"""The rows among which matches are looked for, and what has been decided about them already."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum

from accounts.models import Book
from banking import matching
from banking.categoriser import UNCATEGORISED
from banking.models import (
    Account,
    EvidenceSource,
    MatchProgress,
    RefundLink,
    ReviewItem,
    ReviewKind,
    ReviewState,
    Transaction,
    Transfer,
)
from banking.queries.filtering import matching as transactions_matching
from banking.queries.filtering import present

RECENT = timedelta(days=45)
"""How far back every search looks, as a bank changes rows of that age."""
SPAN = timedelta(days=92)
EDGE = timedelta(days=10)
"""What lies this near to the end of a span may belong to something beyond it: the next span has both."""
REFUNDED_WITHIN = timedelta(days=120)
MANY = 5_000
_FIELDS = (
    "id",
    "account_id",
    "day",
    "amount",
    "currency",
    "description",
    "merchant__key",
    "bank_category",
    "category__kind",
    "category__code",
    "category_source",
    "pending",
    "origin",
    "authorized_on",
    "created_at",
    "removed_at",
    "is_split",
    "part_of_id",
)
FIRM = {EvidenceSource.USER, EvidenceSource.RULE}


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of some days. Only pairs that lie wholly from `start` on and before `end` are to be concluded from."""

    first: date
    start: date
    end: date


@dataclass(slots=True)
class Known:
    """What is settled: pairs that a person rejected (also by what the rows say), and rows that have found theirs.

    `back` is what came back already of purchases, by their ids.
    """

    rejected: set[tuple[str, int, int]] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)
    paired: set[int] = field(default_factory=set)
    settled: dict[str, set[int]] = field(default_factory=dict)
    back: dict[int, Decimal] = field(default_factory=dict)

    def forbids(self, kind: str) -> matching.Forbidden:
        """Whether a pair of this kind must not come up again."""

        def forbidden(first: matching.Row, second: matching.Row) -> bool:
            if (kind, first.id, second.id) in self.rejected or (kind, second.id, first.id) in self.rejected:
                return True
            if kind == ReviewKind.REFUND and second.amount > -first.amount - self.back.get(first.id, 0):
                return True
            return bool(self.traces) and trace(kind, first, second) in self.traces

        return forbidden


def trace(kind: str, first: matching.Row | Transaction, second: matching.Row | Transaction) -> str:
    """The identity of a pair by what its rows say: the same when a bank tells a row again under another id."""
    said = sorted(
        f"{_account_id(row)}|{row.day}|{row.amount.normalize():f}|{row.currency}|{row.description}"
        for row in (first, second)
    )
    return sha256("\n".join([kind, *said]).encode()).hexdigest()


def _account_id(row: matching.Row | Transaction) -> int:
    return row.account_id if isinstance(row, Transaction) else row.account.id


def spans(*, book: Book, today: date) -> list[Span]:
    """The days to look at: the recent ones, and all since the oldest row that came after the last search."""
    rows = Transaction.objects.filter(book=book)
    last = MatchProgress.objects.filter(book=book).values_list("last_id", flat=True).first() or 0
    oldest = rows.filter(pk__gt=last).aggregate(day=Min("day"))["day"]
    recent = today - RECENT
    start = min(oldest or recent, recent)
    newest = rows.aggregate(day=Max("day"))["day"]
    return list(_spans(start, newest + timedelta(days=1))) if newest and newest >= start else []


def _spans(start: date, end: date) -> Iterator[Span]:
    while end - start > SPAN:
        yield Span(start - EDGE, start, start + SPAN - EDGE)
        start = start + SPAN - 2 * EDGE
    yield Span(start - EDGE, start, end)


def newest_id(*, book: Book) -> int:
    return Transaction.objects.filter(book=book).aggregate(pk=Max("pk"))["pk"] or 0


def accounts_of(*, book: Book) -> dict[int, matching.Account]:
    """Every account of the book as the search knows it; one query."""
    found = Account.objects.filter(book=book).order_by("pk")
    columns = ("pk", "name", "kind", "mask", "connection__institution__name", "connection_id")
    return {
        pk: matching.Account(pk, name, kind, mask, bank or "", is_owned_by_hand=connection is None)
        for pk, name, kind, mask, bank, connection in found.values_list(*columns)
    }


def known(*, book: Book, span: Span) -> Known:
    """What is decided; five queries."""
    found = Known()
    decided = ReviewItem.objects.filter(book=book).exclude(kind=ReviewKind.CATEGORY)
    gone = Q(first__removed_at__isnull=False) | Q(second__removed_at__isnull=False)
    rejected = decided.filter(state=ReviewState.REJECTED)
    found.rejected = set(rejected.values_list("kind", "first_id", "second_id"))
    found.traces = set(rejected.filter(gone).exclude(trace="").values_list("trace", flat=True))
    pairs = Transfer.objects.filter(book=book, outgoing__day__gte=span.first - EDGE, outgoing__day__lt=span.end + SPAN)
    for pair in pairs.values_list("outgoing_id", "incoming_id"):
        found.paired.update(pair)
    accepted = decided.filter(
        state__in=(ReviewState.ACCEPTED, ReviewState.AUTO),
        kind=ReviewKind.PENDING,
        day__gte=span.first - EDGE,
    )
    for both in accepted.values_list("first_id", "second_id"):
        found.settled.setdefault(ReviewKind.PENDING, set()).update(both)
    linked = _links(book).filter(refund__day__gte=span.first - EDGE).values_list("refund_id", flat=True)
    found.settled[ReviewKind.REFUND] = set(linked)
    return found


def back_of(*, book: Book, purchases: list[int]) -> dict[int, Decimal]:
    """What refunds have paid back of these purchases; one query for each MANY of them."""
    found: dict[int, Decimal] = {}
    for start in range(0, len(purchases), MANY):
        rows = _links(book).filter(purchase__in=purchases[start : start + MANY])
        found |= dict(rows.values_list("purchase_id").annotate(sum=Sum("amount")))
    return found


def _links(book: Book) -> QuerySet[RefundLink]:
    return RefundLink.objects.filter(book=book, refund__removed_at=None, purchase__removed_at=None).order_by()


def rows_in(*, book: Book, span: Span, accounts: dict[int, matching.Account]) -> list[matching.Row]:
    """The rows of the span, also split ones beside their parts, and pending ones that the bank took back after a person
    had edited them; two queries.
    """
    days = {"day__gte": span.first, "day__lt": span.end + EDGE}
    standing = present(book=book).filter(**days)
    edited = Transaction.objects.filter(book=book, pending=True, removed_at__isnull=False, **days).exclude(edited={})
    return [*_read(standing, accounts), *_read(edited.exclude(edited__has_key="removed"), accounts)]


def purchases_of(*, book: Book, rows: list[matching.Row], accounts: dict[int, matching.Account]) -> list[matching.Row]:
    """What may have been refunded by the money in among the rows: earlier rows of the same merchants; one query."""
    back = [row for row in rows if row.amount > 0 and row.merchant and row.kind != "transfer" and not row.pending]
    if not back:
        return []
    first = min(row.day for row in back) - REFUNDED_WITHIN
    found = transactions_matching(book=book).filter(
        merchant__key__in={row.merchant for row in back}, merchant__book=book, day__gte=first, amount__lt=0
    )
    return [*_read(found, accounts), *back]


def _read(rows: QuerySet[Transaction], accounts: dict[int, matching.Account]) -> Iterator[matching.Row]:
    for values in rows.order_by("day", "pk").values_list(*_FIELDS).iterator(chunk_size=5_000):
        yield _row(values, accounts)


def _row(values: tuple[Any, ...], accounts: dict[int, matching.Account]) -> matching.Row:
    pk, account, day, amount, currency, text, merchant, code, kind, filed, source, *rest = values
    pending, origin, authorized_on, created_at, removed_at, is_split, part_of = rest
    return matching.Row(
        id=pk,
        account=accounts[account],
        day=day,
        amount=amount,
        currency=currency,
        description=text,
        merchant=merchant or "",
        code=code,
        kind="" if filed == UNCATEGORISED else kind,
        firm=source in FIRM,
        pending=pending,
        origin=origin,
        authorized_on=authorized_on,
        seen_at=created_at,
        gone=removed_at is not None,
        is_split=is_split,
        is_part=part_of is not None,
    )


def rates(*, book: Book) -> dict[tuple[str, str], Decimal]:
    """What the latest transfers between two currencies were worth."""
    found = Transfer.objects.filter(book=book, rate__isnull=False).order_by("-pk")[:200]
    latest: dict[tuple[str, str], Decimal] = {}
    for given, taken, rate in found.values_list("outgoing__currency", "incoming__currency", "rate"):
        if rate:
            latest.setdefault((given, taken), rate)
    return latest
