"""What moved under categories in ranges of days: whole months from the stored totals, other days from the rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import Sum

from accounts.models import Book
from banking.queries.filtering import Filters, matching
from banking.queries.months import month_amounts, months_between
from banking.totals import month_after

ZERO = Decimal(0)
Range = tuple[date, date]
"""Its first day, and the day after its last one."""


@dataclass(frozen=True, slots=True)
class Nets:
    """Sums by category and currency; negative where more went out."""

    months: dict[tuple[date, int, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    days: dict[tuple[date, int, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def of(self, categories: Collection[int], currency: str, start: date, end: date) -> Decimal:
        """The sum over the categories in [start, end), one of the ranges that were asked for."""
        months, more, less = _divided(start, end)
        whole = self._sum(self.months, months, categories, currency)
        rest = self._sum(self.days, _days_of(more), categories, currency)
        return whole + rest - self._sum(self.days, _days_of(less), categories, currency)

    @staticmethod
    def _sum(
        found: dict[tuple[date, int, str], Decimal], dates: Iterable[date], categories: Collection[int], currency: str
    ) -> Decimal:
        places = ((each, pk, currency) for each in dates for pk in categories)
        return sum((found[place] for place in places if place in found), ZERO)


def category_nets(*, book: Book, categories: Collection[int], ranges: Iterable[Range]) -> Nets:
    """What counts in the ranges, whatever their number: posted rows that are not left out. At most two queries.

    Of the category for what nobody has filed yet money in and out are added.
    """
    found, months, rests = Nets(), set[date](), set[Range]()
    for start, end in set(ranges):
        whole, more, less = _divided(start, end)
        months.update(whole)
        rests.update(more, less)
    if months and categories:
        for each in month_amounts(book=book, start=min(months), end=month_after(max(months))):
            found.months[each.month, each.category_id, each.currency] += each.net
    if rests and categories:
        for day, pk, currency, net in _by_day(book, categories, _merged(rests)):
            found.days[day, pk, currency] += net
    return found


@lru_cache(maxsize=4096)
def _divided(start: date, end: date) -> tuple[tuple[date, ...], tuple[Range, ...], tuple[Range, ...]]:
    """[start, end) as whole months, the days beside them, and the days that are too many of these months.

    A month of which most days are meant is taken whole, so that the fewest rows are read.
    """
    months: list[date] = []
    more: list[Range] = []
    less: list[Range] = []
    for month in months_between(start, end):
        after = month_after(month)
        first, last = max(start, month), min(end, after)
        if (last - first) * 2 > after - month:
            months.append(month)
            less += [each for each in ((month, first), (last, after)) if each[0] < each[1]]
        else:
            more.append((first, last))
    return tuple(months), tuple(more), tuple(less)


def _days_of(ranges: Iterable[Range]) -> Iterator[date]:
    for first, after in ranges:
        for count in range((after - first).days):
            yield first + timedelta(days=count)


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """The same days as ranges that neither overlap nor touch."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _by_day(
    book: Book, categories: Collection[int], ranges: Iterable[Range]
) -> Iterable[tuple[date, int, str, Decimal]]:
    """Each range is a look into the index `transaction_list`, which alone answers."""
    first, *others = [
        matching(book=book, filters=Filters(start=start, end=end, categories=frozenset(categories), counted=True))
        .order_by()
        .values_list("day", "category_id", "currency")
        .annotate(net=Sum("amount"))
        for start, end in ranges
    ]
    return first.union(*others, all=True) if others else first
