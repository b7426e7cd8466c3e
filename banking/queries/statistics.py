"""Totals over any filters, one per currency: never a sum of different currencies.

Totals are made of posted rows that are not left out, unless the filters ask for pending or left-out rows.
Whole months without further filters are read from the stored month totals, whatever the size of the book.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from accounts.models import Book
from banking.models import MonthTotal
from banking.money import AmountField
from banking.queries.filtering import EVERYTHING, Filters, matching, of_kind

MOST_MERCHANTS = 50
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over `count` rows in one currency; `money_out` is zero or negative."""

    currency: str
    count: int
    money_in: Decimal
    money_out: Decimal

    @property
    def net(self) -> Decimal:
        return self.money_in + self.money_out


@dataclass(frozen=True, slots=True)
class Part:
    """The total of one category, merchant or month; `key` is its id or first day, None where there is no merchant."""

    key: int | date | None
    name: str
    total: Total


@dataclass(frozen=True, slots=True)
class Summary:
    """`totals` by currency, and how many pending rows match that are not in them."""

    totals: tuple[Total, ...]
    pending: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The summary and what it consists of; merchants are the MOST_MERCHANTS with the largest turnover."""

    summary: Summary
    by_category: tuple[Part, ...]
    by_merchant: tuple[Part, ...]
    by_month: tuple[Part, ...]


def summary(*, book: Book, filters: Filters = EVERYTHING) -> Summary:
    """Two queries; for whole months both are quick at any size."""
    found = _grouped(book, filters)
    return Summary(tuple(sorted((total for _key, total in found), key=_currency)), _pending(book, filters))


def stats(*, book: Book, filters: Filters = EVERYTHING) -> Statistics:
    """Five queries."""
    return Statistics(
        summary=summary(book=book, filters=filters),
        by_category=tuple(Part(k[0], k[1], t) for k, t in _grouped(book, filters, "category_id", "category__name")),
        by_merchant=_merchants(book, filters),
        by_month=tuple(Part(k[0], f"{k[0]:%Y-%m}", t) for k, t in _grouped(book, filters, "month")),
    )


def _currency(total: Total) -> str:
    return total.currency


def _pending(book: Book, filters: Filters) -> int:
    if filters.pending is not None or filters.counted:
        return 0
    return matching(book=book, filters=filters).filter(pending=True).count()


def _grouped(book: Book, filters: Filters, *groups: str) -> list[tuple[tuple[Any, ...], Total]]:
    """(the group's values, its total), ordered by group and currency."""
    rows = _of_months(book, filters) if filters.is_by_month else _of_rows(book, filters)
    found = rows.values_list(*groups, "currency").annotate(**_sums(filters)).order_by(*groups, "currency")
    return [
        (tuple(values[:-4]), Total(values[-4], values[-3], values[-2], values[-1]))
        for values in found.values_list(*groups, "currency", "rows", "inward", "outward")
    ]


def _sums(filters: Filters) -> dict[str, Any]:
    if filters.is_by_month:
        return {"rows": Sum("count"), "inward": Sum("money_in"), "outward": Sum("money_out")}
    return {"rows": Count("id"), "inward": Sum(_only(Q(amount__gt=0))), "outward": Sum(_only(Q(amount__lt=0)))}


def _only(condition: Q) -> Case:
    return Case(When(condition, then=F("amount")), default=ZERO, output_field=AmountField())


def _of_months(book: Book, filters: Filters) -> QuerySet[MonthTotal]:
    where = Q(book=book)
    if filters.start:
        where &= Q(month__gte=filters.start)
    if filters.end:
        where &= Q(month__lt=filters.end)
    if filters.accounts:
        where &= Q(account__in=filters.accounts)
    if filters.categories:
        where &= Q(category__in=filters.categories)
    if filters.kind:
        where &= of_kind(filters.kind)
    if filters.currency:
        where &= Q(currency=filters.currency)
    return MonthTotal.objects.filter(where)


def _of_rows(book: Book, filters: Filters) -> QuerySet[Any]:
    return matching(book=book, filters=filters.summed()).annotate(month=TruncMonth("day"))


def _merchants(book: Book, filters: Filters) -> tuple[Part, ...]:
    found = (
        _of_rows(book, filters)
        .values_list("merchant_id", "merchant__name", "currency")
        .annotate(
            rows=Count("id"),
            inward=Sum(_only(Q(amount__gt=0))),
            outward=Sum(_only(Q(amount__lt=0))),
        )
        .annotate(turnover=F("inward") - F("outward"))
        .order_by("-turnover", "merchant_id", "currency")[:MOST_MERCHANTS]
    )
    return tuple(
        Part(key, name or "", Total(currency, rows, inward, outward))
        for key, name, currency, rows, inward, outward, _turnover in found
    )
