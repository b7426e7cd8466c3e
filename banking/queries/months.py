"""What moved by month and category, from the stored month totals: posted rows that are not left out.

One currency is never added to another.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from accounts.models import Book
from banking.models import MonthTotal
from banking.money import AmountField
from banking.totals import month_after, month_of

ZERO = Decimal(0)
NET = Sum(F("money_in") + F("money_out"), output_field=AmountField())


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What moved in a month in one category and currency; `net` is negative where more went out."""

    month: date
    category_id: int
    kind: str
    currency: str
    net: Decimal
    count: int


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
    found = rows.values_list("month", "category_id", "category__kind", "currency")
    summed = found.annotate(net=NET, rows=Sum("count"))
    return [MonthAmount(*values) for values in summed.order_by("month", "category_id", "currency")]
