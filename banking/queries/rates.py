"""The rate that an amount is converted with: the newest stored one on or before the day, and what it is made of.

A rate that somebody typed holds until a newer one is there, of whatever source; one of the European Central Bank for
KEEPS. Of the same day the typed one is used. Where there is none straight or turned round, two are crossed through the
euro, and failing that through another currency that both have a rate to. Where there is none at all there is no rate,
and never 1.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Book
from banking import exchange
from banking.models import PIVOT, Account, Rate, ReferenceRate

KEEPS = timedelta(days=7)
TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Leg:
    """A stored rate as it is used: one of the base is worth `rate` of the quote. One that is turned is divided by.

    `source` is TYPED or who published it; `by` the name of who typed it.
    """

    base: str
    quote: str
    rate: Decimal
    day: date
    source: str
    by: str
    turned: bool = False

    @property
    def factor(self) -> Fraction:
        return 1 / Fraction(self.rate) if self.turned else Fraction(self.rate)


@dataclass(frozen=True, slots=True)
class Used:
    """What one of the base was worth of the quote `on` a day. `day` is that of the oldest stored rate in it."""

    base: str
    quote: str
    on: date
    legs: tuple[Leg, ...]

    @property
    def factor(self) -> Fraction:
        """Exactly."""
        return prod((each.factor for each in self.legs), start=Fraction(1))

    @property
    def rate(self) -> Decimal:
        """As it is shown."""
        return exchange.shown(self.factor)

    @property
    def is_rounded(self) -> bool:
        """Whether what is shown is not all of it."""
        return Fraction(self.rate) != self.factor

    @property
    def is_stored(self) -> bool:
        """Whether it is one stored rate as it stands."""
        return len(self.legs) == 1 and not self.legs[0].turned

    @property
    def day(self) -> date:
        return min(each.day for each in self.legs)

    @property
    def age(self) -> int:
        """In days."""
        return (self.on - self.day).days

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.source for each in self.legs))


class Rates:
    """Stored rates, to find the one that holds on a day."""

    def __init__(self, stored: Iterable[Leg]) -> None:
        self._typed: dict[frozenset[str], list[Leg]] = defaultdict(list)
        self._published: dict[frozenset[str], list[Leg]] = defaultdict(list)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for each in sorted(stored, key=lambda leg: leg.day):
            kept = self._typed if each.source == TYPED else self._published
            kept[frozenset({each.base, each.quote})].append(each)
            self._beside[each.base].add(each.quote)
            self._beside[each.quote].add(each.base)

    def find(self, base: str, quote: str, on: date) -> Used | None:
        """The rate from one currency into another on a day; None where none is known."""
        straight = self._newest(base, quote, on)
        crossed = self._crossed(base, quote, PIVOT, on)
        legs = [each for each in (straight, crossed) if each] or self._crossed_through_others(base, quote, on)
        return max((Used(base, quote, on, each) for each in legs), key=lambda each: each.day, default=None)

    def _crossed(self, base: str, quote: str, through: str, on: date) -> tuple[Leg, ...]:
        if through in {base, quote}:
            return ()
        first, second = self._newest(base, through, on), self._newest(through, quote, on)
        return (*first, *second) if first and second else ()

    def _crossed_through_others(self, base: str, quote: str, on: date) -> list[tuple[Leg, ...]]:
        shared = self._beside.get(base, set()) & self._beside.get(quote, set())
        return [legs for each in sorted(shared) if (legs := self._crossed(base, quote, each, on))]

    def _newest(self, base: str, quote: str, on: date) -> tuple[Leg, ...]:
        pair = frozenset({base, quote})
        found = [_last(self._published[pair], on, since=on - KEEPS), _last(self._typed[pair], on)]
        leg = max((each for each in reversed(found) if each), key=lambda each: each.day, default=None)
        return () if leg is None else (_towards(quote, leg),)


def _last(legs: list[Leg], on: date, *, since: date = date.min) -> Leg | None:
    at = bisect_right(legs, on, key=lambda leg: leg.day)
    return legs[at - 1] if at and legs[at - 1].day >= since else None


def _towards(quote: str, leg: Leg) -> Leg:
    if leg.quote == quote:
        return leg
    return Leg(leg.base, leg.quote, leg.rate, leg.day, leg.source, leg.by, turned=True)


def rates(*, book: Book, currencies: Collection[str], days: Collection[date]) -> Rates:
    """What converts any of the currencies into any other of them or the book's on any of the days.

    One query, however many there are; none where all is in the book's own.
    """
    names = {*currencies, book.currency}
    if len(names) == 1 or not days:
        return Rates(())
    columns = ("base", "quote", "rate", "day", "source", "by_name")
    typed = _typed(book, {*names, PIVOT}, min(days), max(days)).values_list(*columns)
    found = typed.union(_published(book, names, days).values_list(*columns), all=True)
    return Rates(Leg(*values) for values in found)


@dataclass(frozen=True, slots=True)
class InUse:
    """A currency of the book's accounts besides its own, and the rate that its amounts are converted with today."""

    currency: str
    rate: Used | None


def in_use(*, book: Book, today: date) -> list[InUse]:
    """By currency; two queries."""
    names = [name for name in currencies_of(book=book) if name != book.currency]
    known = rates(book=book, currencies=names, days=[today])
    return [InUse(name, known.find(name, book.currency, today)) for name in names]


def currencies_of(*, book: Book) -> list[str]:
    """Those of the book's accounts, closed ones too; by name."""
    found = Account.objects.filter(book=book).order_by("currency")
    return list(found.values_list("currency", flat=True).distinct())


def typed_rates(*, book: Book) -> QuerySet[Rate]:
    """The rates that were typed in, the newest day first."""
    return Rate.objects.filter(book=book).select_related("by").order_by("-day", "-id")


def typed_rate(*, book: Book, pk: int) -> Rate:
    """Raise Rate.DoesNotExist."""
    return typed_rates(book=book).get(pk=pk)


def _typed(book: Book, names: Collection[str], first: date, last: date) -> QuerySet[Rate]:
    """Those of the days between, and of each pair the newest of the first day or before: to or from one of these."""
    rows = Rate.objects.filter(Q(base__in=names) | Q(quote__in=names), book=book, day__lte=last)
    pair = Q(base=OuterRef("base"), quote=OuterRef("quote")) | Q(base=OuterRef("quote"), quote=OuterRef("base"))
    newer = Rate.objects.filter(pair, book=book, day__gt=OuterRef("day"), day__lte=first)
    wanted = rows.filter(Q(day__gt=first) | ~Exists(newer))
    return wanted.annotate(source=_text(TYPED), by_name=Coalesce(F("by__name"), _text("")))


def _published(book: Book, names: Collection[str], days: Collection[date]) -> QuerySet[ReferenceRate]:
    """Those that are young enough on one of the days: of these currencies, and of those that were typed beside them."""
    near = Q()
    for start, end in _spans(days):
        near |= Q(day__gte=start, day__lte=end)
    typed = Rate.objects.filter(book=book)
    beside = Q(currency__in=typed.filter(base__in=names).values("quote"))
    beside |= Q(currency__in=typed.filter(quote__in=names).values("base"))
    rows = ReferenceRate.objects.filter(near, Q(currency__in=names) | beside)
    return rows.annotate(base=_text(PIVOT), quote=F("currency"), by_name=_text(""))


def _spans(days: Collection[date]) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        start = day - KEEPS
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((start, day))
    return spans


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())
