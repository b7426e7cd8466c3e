"""What moved under categories in ranges of days: whole months from the stored totals, other days from the rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Sum

from accounts.models import Book
from banking.models import MonthTotal
from banking.queries.filtering import Filters, matching
from banking.queries.months import months_between
from banking.totals import month_after

ZERO = Decimal(0)
Range = tuple[date, date]
"""Its first day, and the day after its last one."""
Place = tuple[date, int, str, int]
"""A month or a day, a category, a currency, and whose accounts: those of a person, or ALL."""
ALL = 0


@dataclass(frozen=True, slots=True)
class Nets:
    """Sums by category and currency; negative where more went out."""

    months: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    days: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def of(
        self,
        categories: Collection[int],
        currency: str,
        start: date,
        end: date,
        *,
        holder: int = ALL,
        apart: Collection[tuple[int, int]] = (),
    ) -> Decimal:
        """The sum over the categories in [start, end), one of the ranges that were asked for.

        On the accounts of `holder`, or on all of them; without what is of the (category, holder) in `apart`. Both only
        where it was asked for by holder.
        """
        there = self._between(((pk, holder) for pk in categories), currency, start, end)
        return there - self._between(apart, currency, start, end) if apart else there

    def _between(self, places: Iterable[tuple[int, int]], currency: str, start: date, end: date) -> Decimal:
        places, (months, more, less) = list(places), _divided(start, end)
        found = self._sum(self.months, months, places, currency)
        if more:
            found += self._sum(self.days, _days_of(more), places, currency)
        if less:
            found -= self._sum(self.days, _days_of(less), places, currency)
        return found

    @staticmethod
    def _sum(
        found: Mapping[Place, Decimal], dates: Iterable[date], places: Collection[tuple[int, int]], currency: str
    ) -> Decimal:
        total = ZERO
        for at in dates:
            for pk, holder in places:
                total += found.get((at, pk, currency, holder), ZERO)
        return total


def category_nets(*, book: Book, categories: Collection[int], ranges: Iterable[Range], by_holder: bool = False) -> Nets:
    """What counts in the ranges, whatever their number: posted rows that are not left out. At most two queries.

    Of the category for what nobody has filed yet money in and out are added. With `by_holder` also apart for each
    person whose accounts it is on; the index that answers for single days does not know the account, so that is asked
    for only where it is needed.
    """
    found, months, rests = Nets(), set[date](), set[Range]()
    for start, end in set(ranges):
        whole, more, less = _divided(start, end)
        months.update(whole)
        rests.update(more, less)
    if months and categories:
        _add(found.months, _by_month(book, min(months), month_after(max(months)), by_holder=by_holder))
    if rests and categories:
        _add(found.days, _by_day(book, categories, _merged(rests), by_holder=by_holder))
    return found


def _add(found: dict[Place, Decimal], rows: Iterable[tuple[Any, ...]]) -> None:
    for at, pk, currency, *holder, net in rows:
        found[at, pk, currency, ALL] += net
        if holder and holder[0]:
            found[at, pk, currency, holder[0]] += net


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


HOLDER = ("account__holder_id",)


def _by_month(book: Book, start: date, end: date, *, by_holder: bool) -> Iterable[tuple[Any, ...]]:
    rows = MonthTotal.objects.filter(book=book, month__gte=start, month__lt=end).order_by()
    grouped = rows.values_list("month", "category_id", "currency", *(HOLDER if by_holder else ()))
    summed = grouped.annotate(inward=Sum("money_in"), outward=Sum("money_out"))
    return ((*place, inward + outward) for *place, inward, outward in summed)


def _by_day(
    book: Book, categories: Collection[int], ranges: Iterable[Range], *, by_holder: bool
) -> Iterable[tuple[Any, ...]]:
    """Each range is a look into the index `transaction_list`, which alone answers where no holder is asked for."""
    first, *others = [
        matching(book=book, filters=Filters(start=start, end=end, categories=frozenset(categories), counted=True))
        .order_by()
        .values_list("day", "category_id", "currency", *(HOLDER if by_holder else ()))
        .annotate(net=Sum("amount"))
        for start, end in ranges
    ]
    return first.union(*others, all=True) if others else first
