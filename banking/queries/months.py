"""What moved by month and category, from the stored month totals: posted rows that are not left out.

One currency is never added to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from accounts.models import Book
from banking.categoriser import UNCATEGORISED
from banking.models import CategoryKind, MonthTotal
from banking.totals import month_after, month_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What moved in a month in one category and currency; `net` is negative where more went out.

    Money in that nobody has filed yet is income, money out an expense: of the category where both wait there are two.
    """

    month: date
    category_id: int
    kind: str
    currency: str
    net: Decimal


def months_back(month: date, count: int) -> date:
    """The first of the month that is `count` months before."""
    at = month.year * 12 + month.month - 1 - count
    return date(at // 12, at % 12 + 1, 1)


def months_between(start: date, end: date) -> tuple[date, ...]:
    """The firsts of the months in [start, end)."""
    found, month = [], month_of(start)
    while month < end:
        found.append(month)
        month = month_after(month)
    return tuple(found)


def month_amounts(*, book: Book, start: date, end: date) -> list[MonthAmount]:
    """By month, category and currency in [start, end), both firsts of months; one query."""
    rows = MonthTotal.objects.filter(book=book, month__gte=start, month__lt=end)
    found = rows.values_list("month", "category_id", "category__kind", "currency", "category__code")
    summed = found.annotate(inward=Sum("money_in"), outward=Sum("money_out"))
    return [
        each
        for *place, code, inward, outward in summed.order_by("month", "category_id", "currency")
        for each in (_unfiled if code == UNCATEGORISED else _whole)(place, inward, outward)
    ]


def _whole(place: Sequence[Any], inward: Decimal, outward: Decimal) -> list[MonthAmount]:
    month, category, kind, currency = place
    return [MonthAmount(month, category, kind, currency, inward + outward)]


def _unfiled(place: Sequence[Any], inward: Decimal, outward: Decimal) -> list[MonthAmount]:
    month, category, _kind, currency = place
    parts = ((CategoryKind.INCOME, inward), (CategoryKind.EXPENSE, outward))
    return [MonthAmount(month, category, kind, currency, amount) for kind, amount in parts if amount]
