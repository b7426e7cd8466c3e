"""What moved under categories in ranges of days: whole months from the stored totals, other days from the rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Book
from banking.queries.filtering import Filters, matching
from banking.queries.months import month_amounts, months_between
from banking.totals import month_after, month_of

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
        months, rests = _divided(start, end)
        days = [first + timedelta(days=count) for first, after in rests for count in range((after - first).days)]
        return sum(
            (
                found.get((each, pk, currency), ZERO)
                for found, dates in ((self.months, months), (self.days, days))
                for each in dates
                for pk in categories
            ),
            ZERO,
        )


def category_nets(*, book: Book, categories: Collection[int], ranges: Iterable[Range]) -> Nets:
    """What counts in the ranges, whatever their number: posted rows that are not left out. At most two queries.

    Of the category for what nobody has filed yet money in and out are added.
    """
    found, months, rests = Nets(), set[date](), set[Range]()
    for start, end in set(ranges):
        whole, rest = _divided(start, end)
        months.update(whole)
        rests.update(rest)
    if months and categories:
        for each in month_amounts(book=book, start=min(months), end=month_after(max(months))):
            found.months[each.month, each.category_id, each.currency] += each.net
    if rests and categories:
        for day, pk, currency, net in _by_day(book, categories, _merged(rests)):
            found.days[day, pk, currency] += net
    return found


def _divided(start: date, end: date) -> tuple[tuple[date, ...], list[Range]]:
    """The whole months in [start, end), and the days before and after them."""
    first, last = start if start.day == 1 else month_after(start), month_of(end)
    if first >= last:
        return (), [(start, end)]
    return months_between(first, last), [each for each in ((start, first), (last, end)) if each[0] < each[1]]


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
