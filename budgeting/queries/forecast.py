"""Where the balances of a book are going: the next days of each cash account and card, and of all together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Min, Sum

from accounts.models import Book
from banking import queries as banking
from banking.models import Account, AccountKind, DayTotal
from banking.money import places_of
from banking.queries import AccountBalance, Filters
from budgeting.forecasting import Flow, Forecast, Outlook, Past, forecast, surprises
from budgeting.items import ItemSource, ItemState, RecurringItem
from budgeting.queries import recurring
from budgeting.queries.recurring import Coming, Meeting
from budgeting.queries.safe import PENDING_FOR

DAYS = 90
YEAR = 366
ZERO = Decimal(0)
KINDS = frozenset({AccountKind.DEPOSITORY, AccountKind.CREDIT})
"""What money is lived from: cash, and the cards that are paid from it."""
FOLLOWED = (ItemState.SUGGESTED, ItemState.CONFIRMED, ItemState.ENDED)
STOPPED = 2
"""A series is not expected any more where so many of its last days passed without it."""
Moved = Mapping[int, Mapping[date, Decimal]]


@dataclass(frozen=True, slots=True)
class LowPoint:
    """The day with the least balance of a cash account, or the first day below zero; `low` is the band's lower end."""

    account: Account
    day: date
    amount: Decimal
    low: Decimal

    @property
    def currency(self) -> str:
        return self.account.currency

    @property
    def is_below(self) -> bool:
        """Whether less than nothing is expected."""
        return self.amount < 0

    @property
    def may_be_below(self) -> bool:
        """Whether it is not expected, but no surprise either."""
        return self.low < 0 <= self.amount


@dataclass(frozen=True, slots=True)
class Ahead:
    """An account, or all of a currency together, with its balance of today and of the days to come."""

    currency: str
    balance: Decimal
    outlook: Outlook
    account: Account | None = None

    @property
    def middle(self) -> date:
        return self.outlook.days[len(self.outlook.days) // 2]

    @property
    def last(self) -> date:
        return self.outlook.days[-1]

    @property
    def end(self) -> Decimal:
        """What is expected on the last day."""
        return self.outlook.expected[-1]


@dataclass(frozen=True, slots=True)
class InCurrency:
    """Cash and cards of one currency; `low_point` is None where there is no cash account."""

    total: Ahead
    accounts: tuple[Ahead, ...]
    low_point: LowPoint | None

    @property
    def currency(self) -> str:
        return self.total.currency


@dataclass(frozen=True, slots=True)
class BookForecast:
    """The book's own currency first; `comings` is what comes again and is still expected."""

    today: date
    days: int
    currencies: tuple[InCurrency, ...]
    comings: tuple[Coming, ...]


def book_forecast(*, book: Book, today: date, days: int = DAYS) -> BookForecast:
    """Nine queries, over the day totals of a year and the rows of what comes again; the same for the same rows."""
    known = _Known.read(book, today, days)
    found = forecast(today=today, pasts=known.pasts, flows=known.flows, days=days)
    currencies = dict.fromkeys([book.currency, *sorted({past.currency for past in known.pasts})])
    lines = (_in_currency(known, found, currency) for currency in currencies)
    return BookForecast(today, days, tuple(line for line in lines if line), known.open)


def low_point(*, book: Book, now: datetime) -> LowPoint | None:
    """Of the book's own currency, else of the first other one that has a cash account."""
    found = book_forecast(book=book, today=book.today(now))
    return next((each.low_point for each in found.currencies if each.low_point), None)


def _in_currency(known: "_Known", found: Forecast, currency: str) -> InCurrency | None:
    rows = [each for each in known.balances if each.account.currency == currency]
    if not rows:
        return None
    lines = tuple(Ahead(currency, each.balance, found.accounts[each.account.pk], each.account) for each in rows)
    total = Ahead(currency, sum((each.balance for each in rows), ZERO), found.totals[currency])
    return InCurrency(total, lines, _low_point(known, lines))


def _low_point(known: "_Known", lines: Sequence[Ahead]) -> LowPoint | None:
    """Of the account that is below zero first; of none, the one that most is paid from."""
    cash = [(line, line.account) for line in lines if line.account and line.account.kind == AccountKind.DEPOSITORY]
    points = [_lowest(account, line.outlook) for line, account in cash]
    below = [point for point in points if point.is_below]
    if below:
        return min(below, key=lambda point: (point.day, point.amount))
    return max(points, key=lambda point: known.liveliness(point.account), default=None)


def _lowest(account: Account, outlook: Outlook) -> LowPoint:
    first = next((place for place, amount in enumerate(outlook.expected) if amount < 0), outlook.lowest)
    return LowPoint(account, outlook.days[first], outlook.expected[first], outlook.low[first])


class _Place(NamedTuple):
    """An account, with what a forecast of it begins from."""

    balance: AccountBalance
    past: Past


class _Known:
    """What is read of the book, as the forecast takes it."""

    def __init__(self, places: Sequence[_Place], flows: Sequence[Flow], comings: Sequence[Coming]) -> None:
        self.balances = [place.balance for place in places]
        self.pasts = [place.past for place in places]
        self.flows = flows
        self.open = tuple(comings)

    def liveliness(self, account: Account) -> tuple[int, int]:
        """On how many days it moved, and how much is expected of it."""
        [past] = [past for past in self.pasts if past.account == account.pk]
        return len(past.rest) + sum(flow.account == account.pk for flow in self.flows), -account.pk

    @classmethod
    def read(cls, book: Book, today: date, days: int) -> "_Known":
        balances = [each for each in banking.accounts(book=book, today=today) if each.account.kind in KINDS]
        rows = list(recurring.items(book=book).filter(state__in=FOLLOWED))
        end = today + timedelta(days=days + 1)
        start = today - timedelta(days=YEAR)
        comings = recurring.occurrences(book=book, rows=rows, start=start, end=end, today=today, until=end)
        moved = _moved(book, balances, start)
        rest = _without(moved, balances, comings, today)
        waiting, first = _waiting(book, today), _first_days(book)
        places = [
            _Place(each, _past(each, today, first.get(each.account.pk, today), rest, moved, waiting))
            for each in balances
        ]
        by_item: dict[int, list[Coming]] = defaultdict(list)
        for coming in comings:
            by_item[coming.item.pk].append(coming)
        main = _main_accounts(balances, rest)
        open_ones = [each for row in rows for each in _open(row, by_item[row.pk], today)]
        flows = [flow for row in rows if (flow := _flow(row, by_item[row.pk], today, _account_of(row, balances, main)))]
        return cls(places, flows, sorted(open_ones, key=lambda coming: (coming.day, coming.item.pk)))


def _moved(book: Book, balances: Sequence[AccountBalance], start: date) -> Moved:
    """What moved in each account on each day, also on those to come."""
    found: dict[int, dict[date, Decimal]] = {each.account.pk: {} for each in balances}
    totals = DayTotal.objects.filter(book=book, account__in=found, day__gte=start).order_by()
    for pk, day, amount in totals.values_list("account_id", "day", "amount"):
        found[pk][day] = amount
    return found


def _without(moved: Moved, balances: Sequence[AccountBalance], comings: Iterable[Coming], today: date) -> Moved:
    """The same up to today without the rows of what comes again."""
    currencies = {each.account.pk: each.account.currency for each in balances}
    rest = {pk: {day: amount for day, amount in days.items() if day <= today} for pk, days in moved.items()}
    for coming in comings:
        paid = coming.paid
        if paid is None or paid.pending or currencies.get(paid.account) != coming.item.currency:
            continue
        if paid.day in rest[paid.account]:
            rest[paid.account][paid.day] -= paid.amount
    return rest


def _waiting(book: Book, today: date) -> dict[tuple[int, str], Decimal]:
    """What is not booked yet, by account and currency."""
    rows = banking.matching(book=book, filters=Filters(start=today - PENDING_FOR, pending=True)).order_by()
    return {
        (pk, currency): net for pk, currency, net in rows.values_list("account_id", "currency").annotate(Sum("amount"))
    }


def _first_days(book: Book) -> dict[int, date]:
    """The first day of each account on which anything moved."""
    return dict(DayTotal.objects.filter(book=book).order_by().values_list("account_id").annotate(Min("day")))


def _past(
    each: AccountBalance,
    today: date,
    since: date,
    rest: Moved,
    moved: Moved,
    waiting: Mapping[tuple[int, str], Decimal],
) -> Past:
    """Entries by hand of days to come are known; what a bank has booked for later is in its balance already."""
    account = each.account
    known = {day: amount for day, amount in moved[account.pk].items() if day > today and account.is_manual}
    if pending := waiting.get((account.pk, account.currency)):
        tomorrow = today + timedelta(days=1)
        known[tomorrow] = known.get(tomorrow, ZERO) + pending
    places = places_of(account.currency)
    return Past(account.pk, account.currency, each.balance, since, rest[account.pk], known, places)


def _main_accounts(balances: Sequence[AccountBalance], rest: Moved) -> dict[str, int]:
    """The cash account of each currency in which most happens, for what is expected in no account of its own."""
    found: dict[str, int] = {}
    for each in sorted(balances, key=lambda each: (len(rest[each.account.pk]), -each.account.pk)):
        if each.account.kind == AccountKind.DEPOSITORY:
            found[each.account.currency] = each.account.pk
    return found


def _account_of(row: RecurringItem, balances: Sequence[AccountBalance], main: Mapping[str, int]) -> int | None:
    """Where it moves; None where that is no cash account or card."""
    if row.account_id is None or (row.account and row.account.closed_at):
        return main.get(row.currency)
    there = {each.account.pk for each in balances if each.account.currency == row.currency}
    return row.account_id if row.account_id in there else None


def _open(row: RecurringItem, comings: Sequence[Coming], today: date) -> list[Coming]:
    """The days on which it is still expected; none of one that has ended or has stopped coming."""
    behind = [each.state for each in comings if each.day <= today]
    stopped = behind[-STOPPED:] == [Meeting.MISSED] * STOPPED
    typed = row.source == ItemSource.TYPED and row.state == ItemState.CONFIRMED
    if row.state == ItemState.ENDED or (stopped and not typed):
        return []
    return [each for each in comings if each.is_open]


def _flow(row: RecurringItem, comings: Sequence[Coming], today: date, account: int | None) -> Flow | None:
    ahead = _open(row, comings, today)
    if account is None or not ahead:
        return None
    met = [(each.day, each.paid) for each in comings if each.paid and each.paid.day <= today]
    slots = [row.rhythm.slot(day) for day, _paid in met]
    possible = max(slots) - min(slots) + 1 if slots else 1
    return Flow(
        account=account,
        amount=row.amount,
        days=tuple(each.day for each in ahead),
        ratios=surprises([paid.amount for _day, paid in met]),
        late=tuple((paid.day - day).days for day, paid in met),
        missing=1 - len(met) / possible if met else 0.0,
    )
