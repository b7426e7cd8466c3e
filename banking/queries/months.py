"""What was earned and spent by month, from the stored month totals: posted rows that are not left out.

Income is the net of income categories, spending the net of expense categories without its minus (refunds lower it).
Transfers are in neither. One currency is never added to another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from accounts.models import Book
from banking.models import CategoryKind, MonthTotal
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


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One category's net in each month of the report, in one currency."""

    category_id: int
    name: str
    kind: str
    parent_id: int | None
    currency: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """`months` are firsts of months, ascending; each line has one amount for each."""

    months: tuple[date, ...]
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class MonthStatus:
    """One month in one currency; both amounts are positive in the usual case."""

    month: date
    currency: str
    income: Decimal
    spending: Decimal

    @property
    def left(self) -> Decimal:
        return self.income - self.spending


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


def status_of(amounts: Iterable[MonthAmount], *, month: date, currency: str) -> MonthStatus:
    """The month's income and spending out of these amounts; no query."""
    of_kind = {CategoryKind.INCOME.value: ZERO, CategoryKind.EXPENSE.value: ZERO, CategoryKind.TRANSFER.value: ZERO}
    for each in amounts:
        if each.month == month and each.currency == currency:
            of_kind[each.kind] += each.net
    return MonthStatus(month, currency, of_kind["income"], -of_kind["expense"] + ZERO)


def month_status(*, book: Book, month: date) -> list[MonthStatus]:
    """Income and spending of a month, one line per currency; one query."""
    first = month_of(month)
    amounts = month_amounts(book=book, start=first, end=month_after(first))
    return [status_of(amounts, month=first, currency=c) for c in sorted({each.currency for each in amounts})]


def month_report(*, book: Book, start: date, end: date) -> MonthReport:
    """Months by category in [start, end), both firsts of months; one query."""
    months = months_between(start, end)
    at = {month: index for index, month in enumerate(months)}
    rows = MonthTotal.objects.filter(book=book, month__gte=start, month__lt=end)
    found = rows.values_list(
        "category_id", "category__name", "category__kind", "category__parent_id", "currency", "month"
    ).annotate(net=NET)
    lines: dict[tuple[int, str, str, int | None, str], list[Decimal]] = {}
    for *key, month, net in found.order_by("category__kind", "category__name", "category_id", "currency", "month"):
        lines.setdefault(tuple(key), [ZERO] * len(months))[at[month]] = net
    return MonthReport(months, tuple(ReportLine(*key, tuple(amounts)) for key, amounts in lines.items()))
