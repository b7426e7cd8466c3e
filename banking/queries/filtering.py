"""Which transactions are meant: one set of filters for the page, the API, the export and every figure."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Book
from banking.categoriser import UNCATEGORISED
from banking.models import CategoryKind, Transaction, TransactionTag
from banking.queries.written import written

FLOW = "flow"
"""The value of `kind` that means income and expenses together: everything but transfers."""


class Whose(NamedTuple):
    """Rows of this category count on the accounts of these people only; or, `apart`, on all accounts but theirs."""

    category: int
    people: frozenset[int]
    apart: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What `TransactionFilter` makes of a query string; an empty one lists everything.

    `start` inclusive, `end` exclusive. `categories` holds the children already. `amount_min` and `amount_max` are
    sizes without regard to the sign, inclusive. `pending` and `excluded`: only those, none of those, or None for all.
    `counted` lists exactly the rows that totals are made of: posted and not left out. `kind` is income, expense,
    transfer or FLOW. `whose` narrows single categories to the accounts of some people. `find` is a text in the language
    of the search, `found` which rows fit it: whoever sets one sets both.
    """

    start: date | None = None
    end: date | None = None
    accounts: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    merchants: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    text: str = ""
    pending: bool | None = None
    excluded: bool | None = None
    direction: Literal["in", "out", ""] = ""
    counted: bool = False
    kind: str = ""
    currency: str = ""
    whose: frozenset[Whose] = frozenset()
    find: str = ""
    found: Q | None = field(default=None, compare=False, repr=False)

    @property
    def is_by_month(self) -> bool:
        """Whether the stored month totals can answer: whole months, and nothing that they do not know."""
        months = all(day is None or day.day == 1 for day in (self.start, self.end))
        unknown = (
            self.merchants,
            self.tags,
            self.text,
            self.find,
            self.direction,
            self.pending,
            self.excluded,
            self.whose,
        )
        sizes = (self.amount_min, self.amount_max)
        by_sign = self.kind in {CategoryKind.INCOME, CategoryKind.EXPENSE}
        return months and not any(unknown) and not by_sign and all(size is None for size in sizes)

    def summed(self) -> "Filters":
        """The rows that a total over these filters is made of: pending and left-out ones only where asked for."""
        return replace(self, pending=bool(self.pending), excluded=bool(self.excluded))


EVERYTHING = Filters()


def matching(*, book: Book, filters: Filters = EVERYTHING) -> QuerySet[Transaction]:
    """The rows that are meant, in no order; of a split its parts, removed ones never.

    A text costs one query, over the merchants and over what is known of the words.
    """
    rows = Transaction.objects.filter(book=book, removed_at=None, is_split=False)
    if filters != EVERYTHING:
        rows = rows.filter(_days(filters), _belonging(filters), _sizes(filters), _states(filters))
    if filters.found is not None:
        rows = rows.filter(filters.found)
    return rows.filter(_worded(book, filters.text)) if filters.text else rows


def present(*, book: Book) -> QuerySet[Transaction]:
    """All rows of the book that can be looked at: those that are listed, and those whose parts are listed."""
    return Transaction.objects.filter(book=book, removed_at=None)


UNFILED_INCOME = Q(category__code=UNCATEGORISED, amount__gt=0)
"""Money in that nobody has filed yet. The category it waits in is one of expenses, but it is no negative expense."""


def of_kind(kind: str) -> Q:
    """The rows that a value of the `kind` filter stands for."""
    if kind == FLOW:
        return Q(category__kind__in=(CategoryKind.INCOME, CategoryKind.EXPENSE))
    if kind == CategoryKind.INCOME:
        return Q(category__kind=kind) | UNFILED_INCOME
    if kind == CategoryKind.EXPENSE:
        return Q(category__kind=kind) & ~UNFILED_INCOME
    return Q(category__kind=kind)


def _days(filters: Filters) -> Q:
    where = Q()
    if filters.start:
        where &= Q(day__gte=filters.start)
    if filters.end:
        where &= Q(day__lt=filters.end)
    return where


def _belonging(filters: Filters) -> Q:
    where = Q()
    if filters.accounts:
        where &= Q(account__in=filters.accounts)
    if filters.categories:
        where &= Q(category__in=filters.categories)
    if filters.merchants:
        where &= Q(merchant__in=filters.merchants)
    if filters.tags:
        where &= Q(pk__in=TransactionTag.objects.filter(tag__in=filters.tags).values("transaction"))
    if filters.kind:
        where &= of_kind(filters.kind)
    if filters.currency:
        where &= Q(currency=filters.currency)
    for each in filters.whose:
        theirs = Q(account__holder__in=each.people)
        where &= ~(Q(category=each.category) & theirs) if each.apart else ~Q(category=each.category) | theirs
    return where


def _sizes(filters: Filters) -> Q:
    where = Q()
    if filters.amount_min is not None:
        where &= Q(amount__gte=filters.amount_min) | Q(amount__lte=-filters.amount_min)
    if filters.amount_max is not None:
        where &= Q(amount__lte=filters.amount_max, amount__gte=-filters.amount_max)
    if filters.direction:
        where &= Q(amount__gt=0) if filters.direction == "in" else Q(amount__lt=0)
    return where


def _states(filters: Filters) -> Q:
    where = Q(pending=False, excluded=False) if filters.counted else Q()
    if filters.pending is not None:
        where &= Q(pending=filters.pending)
    if filters.excluded is not None:
        where &= Q(excluded=filters.excluded)
    return where


def _worded(book: Book, text: str) -> Q:
    """Every word occurs in the merchant's name, the bank's wording or the note.

    The few thousand merchants are searched first, so that rows are mostly found by their merchant's id.
    """
    where, merchants = Q(), None
    for each in written(book=book, words=list(dict.fromkeys(text.casefold().split()))):
        if each.where is not None:
            where &= Q(merchant__among=each.merchants) | each.where
        else:
            merchants = each.merchants if merchants is None else merchants & each.merchants
    return where if merchants is None else where & Q(merchant__among=merchants)
