"""What comes again: the list, the days ahead, and what it costs in a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q, QuerySet

from accounts.models import Book
from banking.models import Transaction
from banking.money import places_of
from banking.queries import matching
from budgeting.items import ItemState, RecurringItem
from budgeting.queries.histories import Who, known_by, who_of
from budgeting.recurring import Frequency, grace_of
from budgeting.recurring.frequencies import TIMES

DAYS, BACK = 60, 30
MOST_OFF = Decimal("0.5")
"""An amount that differs by more than this share is another purchase."""


class Meeting(StrEnum):
    MET = "met"
    DUE = "due"
    MISSED = "missed"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Paid:
    """The transaction that an expected day was met by."""

    pk: int
    day: date
    amount: Decimal
    account: int = 0
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """One expected day. `amount` is signed; it is what was paid where that is known, else what to expect."""

    item: RecurringItem
    day: date
    state: Meeting
    paid: Paid | None = None

    @property
    def amount(self) -> Decimal:
        return self.paid.amount if self.paid else self.item.amount

    @property
    def is_open(self) -> bool:
        return self.state in {Meeting.DUE, Meeting.AHEAD}


@dataclass(frozen=True, slots=True)
class Sum:
    """What is still to come in and to go out in a currency; `outgoing` is positive."""

    currency: str
    incoming: Decimal
    outgoing: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """A confirmed item with what it comes to in a year and, a twelfth of that, in a month; signed."""

    item: RecurringItem
    yearly: Decimal
    monthly: Decimal

    @property
    def is_dearer(self) -> bool:
        """Whether its price has risen."""
        before, after = self.item.price_before, self.item.price_after
        return before is not None and after is not None and self.item.amount < 0 and after < before


@dataclass(frozen=True, slots=True)
class Spending:
    """What all bills in a currency come to, positive."""

    currency: str
    yearly: Decimal
    monthly: Decimal


def items(*, book: Book, state: str = "") -> QuerySet[RecurringItem]:
    """By the next day, with merchant, category and account; all states or one."""
    rows = RecurringItem.objects.filter(book=book).select_related("merchant", "category", "account")
    return (rows.filter(state=state) if state else rows).order_by("next_on", "id")


def item(*, book: Book, pk: int) -> RecurringItem:
    """One of them; raise RecurringItem.DoesNotExist."""
    return items(book=book).get(pk=pk)


def costs(*, book: Book) -> list[Cost]:
    """Each confirmed item, the dearest first and income last; one query."""
    found = [cost_of(row) for row in items(book=book, state=ItemState.CONFIRMED)]
    return sorted(found, key=lambda cost: (cost.item.currency, cost.yearly, cost.item.pk))


def cost_of(row: RecurringItem) -> Cost:
    yearly = row.amount * TIMES[Frequency(row.frequency)]
    return Cost(row, yearly, round(yearly / 12, places_of(row.currency)))


def spending_of(found: Sequence[Cost]) -> list[Spending]:
    """What the bills among them come to, by currency."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for cost in found:
        if cost.yearly < 0:
            yearly, monthly = sums.get(cost.item.currency, (Decimal(0), Decimal(0)))
            sums[cost.item.currency] = yearly - cost.yearly, monthly - cost.monthly
    return [Spending(currency, *both) for currency, both in sorted(sums.items())]


def upcoming(*, book: Book, today: date, days: int = DAYS) -> list[Coming]:
    """Each expected day of confirmed items from 30 days ago until before `days` from today; three queries.

    A day of the past on which nothing was expected any more, as the payment came on another one, is left out.
    """
    rows = list(items(book=book, state=ItemState.CONFIRMED))
    start, end = today - timedelta(days=BACK), today + timedelta(days=days)
    return occurrences(book=book, rows=rows, start=start, end=end, today=today, until=today)


def occurrences(
    *, book: Book, rows: Sequence[RecurringItem], start: date, end: date, today: date, until: date
) -> list[Coming]:
    """Each expected day of these items in [start, end), met by rows up to `until`; they have read their merchants.

    Two queries. A day of the past on which nothing was expected any more is left out.
    """
    whom = known_by(book=book, items=rows)
    expected = [(row, day) for row in rows for day in _days(row, start, end)]
    met = _met(expected, whom, _paid(book, rows, whom, start, until))
    found = []
    for at, (row, day) in enumerate(expected):
        if at in met:
            found.append(Coming(row, day, Meeting.MET, met[at]))
        elif day >= row.next_on:
            found.append(Coming(row, day, _meeting(row, day, today)))
    return sorted(found, key=lambda coming: (coming.day, coming.item.pk))


def sums_of(found: Sequence[Coming]) -> list[Sum]:
    """What is still open of them, by currency."""
    sums: dict[str, list[Decimal]] = {}
    for coming in found:
        if coming.is_open:
            both = sums.setdefault(coming.item.currency, [Decimal(0), Decimal(0)])
            both[coming.amount < 0] += abs(coming.amount)
    return [Sum(currency, incoming, outgoing) for currency, (incoming, outgoing) in sorted(sums.items())]


def _days(row: RecurringItem, start: date, end: date) -> Iterator[date]:
    rhythm = row.rhythm
    for slot in range(rhythm.slot(start), rhythm.slot(end) + 1):
        if start <= (day := rhythm.day(slot)) < end:
            yield day


def _paid(
    book: Book, items: Sequence[RecurringItem], whom: dict[int, Who], start: date, until: date
) -> dict[Who, list[Paid]]:
    """The rows of these since the days that could meet the first one, pending ones too."""
    where = Q(merchant__in={who.merchant for who in whom.values() if who.merchant})
    if sizes := [abs(item.amount) for item in items if whom[item.pk].wording]:
        least, most = round(min(sizes) * MOST_OFF, 2), round(max(sizes) / MOST_OFF, 2)
        where |= Q(merchant=None) & (Q(amount__range=(least, most)) | Q(amount__range=(-most, -least)))
    rows: QuerySet[Transaction] = matching(book=book).filter(where, day__gte=start - timedelta(days=15), day__lte=until)
    found: dict[Who, list[Paid]] = {}
    columns = ("pk", "merchant_id", "description", "amount", "currency", "day", "account_id", "pending")
    for pk, merchant, text, amount, currency, day, account, pending in rows.order_by("day", "pk").values_list(*columns):
        who = who_of(merchant, text, amount > 0, currency)
        found.setdefault(who, []).append(Paid(pk, day, amount, account, pending))
    return found


def _met(
    expected: Sequence[tuple[RecurringItem, date]], whom: dict[int, Who], paid: dict[Who, list[Paid]]
) -> dict[int, Paid]:
    """The transaction for each expected day that has one: the nearest, each for one day only."""
    pairs = []
    for at, (row, day) in enumerate(expected):
        grace = grace_of(Frequency(row.frequency))
        for each in paid.get(whom[row.pk], ()):
            off = abs((each.day - day).days)
            if off <= grace and is_alike(each.amount, row.amount):
                pairs.append((off, abs(each.amount - row.amount), at, each))
    found: dict[int, Paid] = {}
    taken: set[int] = set()
    for _off, _difference, at, each in sorted(pairs, key=lambda pair: (pair[0], pair[1], pair[2], pair[3].pk)):
        if at not in found and each.pk not in taken:
            found[at] = each
            taken.add(each.pk)
    return found


def is_alike(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts could be of one bill."""
    return abs(one - other) <= MOST_OFF * max(abs(one), abs(other))


def _meeting(row: RecurringItem, day: date, today: date) -> Meeting:
    if day > today:
        return Meeting.AHEAD
    return Meeting.DUE if today <= day + timedelta(days=grace_of(Frequency(row.frequency))) else Meeting.MISSED
