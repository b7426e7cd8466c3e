"""What is in the accounts at the end of a day: the opening balance and what moved since, from the day totals.

What is owed is negative. An account that was closed counts until the book's day on which it was closed. What is there
now is the balance at the end of the book's today: an entry by hand of a later day is ahead, and not in it. What a bank
has booked is in the balance it reports whatever day it gives it, and so it is in ours from today on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import TruncMonth
from django.urls import reverse

from accounts.models import Book
from banking.figures import Figure
from banking.models import Account, AccountKind, DayTotal, Transaction

ZERO = Decimal(0)
OWED = frozenset({AccountKind.CREDIT, AccountKind.LOAN})
"""The kinds whose balance is a liability; all others are assets, also when overdrawn."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Entries by hand dated after today, of one currency: they are in no balance of today."""

    account_ids: tuple[int, ...]
    count: int
    amount: Decimal
    first: date
    last: date

    @property
    def address(self) -> str:
        """The list of exactly these entries."""
        query = [("start", self.first.isoformat()), *(("account", str(pk)) for pk in self.account_ids)]
        return f"{reverse('transactions')}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account (with its connection and institution), its balance in its own currency, and what is ahead of it.

    The balance is that of today, or with `on` that at the end of the day.
    """

    account: Account
    balance: Decimal
    ahead: Ahead | None = None
    on: date | None = None

    @property
    def figure(self) -> Figure:
        """Leads to the account, whose opening and rows add up to it."""
        return self._figure("balance", self.balance, self.on)

    @property
    def after(self) -> Figure | None:
        """The balance after the entries ahead, where there are any."""
        return self._figure("after", self.balance + self.ahead.amount, self.ahead.last) if self.ahead else None

    def _figure(self, name: str, amount: Decimal, on: date | None) -> Figure:
        address = reverse("account", args=[self.account.pk]) + (f"?on={on.isoformat()}" if on else "")
        return Figure(f"{name}-{self.account.pk}", amount, self.account.currency, address=address)

    @property
    def is_owed(self) -> bool:
        return self.account.kind in OWED

    @property
    def difference(self) -> Decimal:
        """What the bank reports beyond our rows: zero unless the account is read and a row lacks."""
        return ZERO if self.reported is None else self.reported - self.balance

    @property
    def reported(self) -> Decimal | None:
        """What the bank says the balance is; None where it says nothing, or nothing any longer."""
        return self._told(self.account.reported)

    @property
    def available(self) -> Decimal | None:
        return self._told(self.account.available)

    @property
    def limit(self) -> Decimal | None:
        return self._told(self.account.limit)

    def _told(self, amount: Decimal | None) -> Decimal | None:
        return None if self.account.is_unlinked else amount


@dataclass(frozen=True, slots=True)
class Position:
    """What is there in one currency; `liabilities` is positive when something is owed."""

    currency: str
    assets: Decimal
    liabilities: Decimal
    ahead: Ahead | None = None

    @property
    def net_worth(self) -> Decimal:
        return self.assets - self.liabilities

    @property
    def after(self) -> Figure | None:
        """The net worth after the entries ahead, where there are any."""
        if self.ahead is None:
            return None
        address = f"{reverse('accounts')}?on={self.ahead.last.isoformat()}"
        amount = self.net_worth + self.ahead.amount
        return Figure(f"net-worth-after-{self.currency}", amount, self.currency, address=address)


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The balance of an account at the end of a day."""

    account_id: int
    day: date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Point:
    """An amount at the end of a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one currency, oldest first."""

    currency: str
    points: tuple[Point, ...]


def account_rows(*, book: Book, closed: bool = False) -> QuerySet[Account]:
    """The book's open accounts (all of them with `closed`), by bank and name."""
    rows = Account.objects.filter(book=book).select_related("connection__institution")
    return (rows if closed else rows.filter(closed_at=None)).order_by(
        F("connection__institution__name").asc(nulls_last=True), "name", "id"
    )


def accounts(*, book: Book, today: date, closed: bool = False) -> list[AccountBalance]:
    """Each open account (all of them with `closed`) and its balance today; three queries."""
    moved, later = _moved(_booked(book, today)), ahead(book=book, today=today)
    return [_balance(row, moved, later) for row in account_rows(book=book, closed=closed)]


def accounts_on(*, book: Book, day: date, today: date) -> list[AccountBalance]:
    """What was in each account that was not closed yet, at the end of that day; two queries."""
    moved = _moved(_booked(book, day) if day >= today else DayTotal.objects.filter(book=book, day__lte=day))
    rows = account_rows(book=book, closed=True)
    there = [row for row in rows if row.closed_at is None or book.today(row.closed_at) > day]
    return [AccountBalance(row, row.opening + moved.get(row.pk, ZERO), on=day) for row in there]


def account(*, book: Book, pk: int, today: date) -> AccountBalance:
    """One account, open or closed, and its balance today; raise Account.DoesNotExist for one of another book."""
    found = account_rows(book=book, closed=True).get(pk=pk)
    return _balance(found, _moved(_booked(book, today).filter(account=found)), ahead(book=book, today=today))


def account_on(*, book: Book, pk: int, day: date, today: date) -> AccountBalance:
    """One account, open or closed, at the end of a day; raise Account.DoesNotExist for one of another book."""
    found = account_rows(book=book, closed=True).get(pk=pk)
    moved = _booked(book, day) if day >= today else DayTotal.objects.filter(book=book, day__lte=day)
    return AccountBalance(found, found.opening + _moved(moved.filter(account=found)).get(pk, ZERO), on=day)


def ahead(*, book: Book, today: date) -> dict[int, Ahead]:
    """{account's id: its entries after today}; one query."""
    rows = DayTotal.objects.filter(book=book, day__gt=today, account__connection=None).order_by("account_id")
    found = rows.values_list("account_id").annotate(Sum("count"), Sum("amount"), Min("day"), Max("day"))
    return {pk: Ahead((pk,), count, amount, first, last) for pk, count, amount, first, last in found}


def positions(balances: Iterable[AccountBalance], *, first: str = "") -> list[Position]:
    """One position per currency, the currency `first` before the others; no query."""
    assets: dict[str, Decimal] = defaultdict(Decimal)
    owed: dict[str, Decimal] = defaultdict(Decimal)
    later: dict[str, list[Ahead]] = defaultdict(list)
    for each in balances:
        assets[each.account.currency] += ZERO if each.is_owed else each.balance
        owed[each.account.currency] -= each.balance if each.is_owed else ZERO
        later[each.account.currency] += [each.ahead] if each.ahead else []
    return [Position(name, assets[name], owed[name], _together(later[name])) for name in _ordered(assets, first)]


def _together(found: Sequence[Ahead]) -> Ahead | None:
    if not found:
        return None
    return Ahead(
        account_ids=tuple(pk for each in found for pk in each.account_ids),
        count=sum(each.count for each in found),
        amount=sum((each.amount for each in found), ZERO),
        first=min(each.first for each in found),
        last=max(each.last for each in found),
    )


def daily_balances(*, book: Book, start: date, end: date, account_ids: Iterable[int] | None = None) -> list[DayBalance]:
    """The balances on the days in [start, end) on which something moved, by account and day.

    Before the first of them an account's balance is its `opening_balances`. Two queries.
    """
    rows = DayTotal.objects.filter(book=book, day__lt=end)
    chosen = Account.objects.filter(book=book)
    if account_ids is not None:
        ids = list(account_ids)
        rows, chosen = rows.filter(account__in=ids), chosen.filter(pk__in=ids)
    openings = dict(chosen.values_list("pk", "opening"))
    running = Window(Sum("amount"), partition_by=F("account_id"), order_by=F("day").asc())
    found = rows.order_by("account_id", "day").values_list("account_id", "day", running)
    return [DayBalance(pk, day, openings[pk] + moved) for pk, day, moved in found if day >= start]


def opening_balances(*, book: Book, day: date) -> dict[int, Decimal]:
    """The balance of each account before the day begins; two queries."""
    moved = _moved(DayTotal.objects.filter(book=book, day__lt=day))
    return {
        pk: opening + moved.get(pk, ZERO)
        for pk, opening in Account.objects.filter(book=book).values_list("pk", "opening")
    }


def month_movements(*, book: Book, today: date) -> dict[int, dict[date, Decimal]]:
    """What moved in each account in each month up to today: {account: {first of the month: amount}}; one query."""
    found: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = _booked(book, today).annotate(month=TruncMonth("day"))
    grouped = rows.values_list("account_id", "month").annotate(moved=Sum("amount")).order_by("account_id", "month")
    for account_id, month, moved in grouped:
        found[account_id][min(month, today.replace(day=1))] += moved
    return found


def net_worth_lines(
    *, book: Book, rows: Sequence[Account], movements: Mapping[int, Mapping[date, Decimal]], ends: Sequence[date]
) -> list[Line]:
    """The net worth before each of `ends` (ascending) by currency, the book's own before the others; no query.

    The day of a point is its end, exclusive. All ends but the last are firsts of months; the last may lie in the month
    that `movements` stop in. `rows` holds closed accounts too.
    """
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        amounts = sums.setdefault(row.currency, [ZERO] * len(ends))
        for at, balance in enumerate(_balances_before(book, row, movements.get(row.pk, {}), ends)):
            amounts[at] += balance
    return [
        Line(currency, tuple(Point(day, amount) for day, amount in zip(ends, sums[currency], strict=True)))
        for currency in _ordered(sums, book.currency)
    ]


def running_balances(*, account: Account, rows: Sequence[Transaction]) -> dict[int, Decimal]:
    """{row's id: the balance after it} for rows of one account, filtered or not, in any order; two queries.

    Rows of a day follow one another by id; what the user discarded still moved the balance. A pending row or one of
    another currency has none.
    """
    days = {row.day for row in rows}
    if not days:
        return {}
    before = _before_days(account, days)
    found: dict[int, Decimal] = {}
    booked = Transaction.objects.filter(Q(removed_at=None) | Q(discarded=True), pending=False, is_split=False)
    same_days = booked.filter(account=account, day__in=days, currency=account.currency).order_by("day", "id")
    for day, movements in groupby(same_days.values_list("day", "id", "amount"), key=lambda each: each[0]):
        balance = before[day]
        for _day, pk, amount in movements:
            balance += amount
            found[pk] = balance
    return {row.pk: found[row.pk] for row in rows if row.pk in found}


def _before_days(account: Account, days: set[date]) -> dict[date, Decimal]:
    """The balance before each of the days begins."""
    running = Window(Sum("amount"), order_by=F("day").asc())
    totals = DayTotal.objects.filter(account=account, day__lte=max(days)).order_by("day")
    ends = totals.values_list("day", "amount", running)
    return {day: account.opening + moved - amount for day, amount, moved in ends if day in days}


def _balances_before(
    book: Book, row: Account, movements: Mapping[date, Decimal], ends: Sequence[date]
) -> list[Decimal]:
    balances, balance, months = [], row.opening, sorted(movements)
    for end in ends:
        while months and months[0] < end:
            balance += movements[months.pop(0)]
        closed = row.closed_at is not None and book.today(row.closed_at) < end
        balances.append(ZERO if closed else balance)
    return balances


def _balance(row: Account, moved: Mapping[int, Decimal], later: Mapping[int, Ahead]) -> AccountBalance:
    return AccountBalance(row, row.opening + moved.get(row.pk, ZERO), later.get(row.pk))


def _booked(book: Book, day: date) -> QuerySet[DayTotal]:
    """What is in the balances at the end of today or of a later day."""
    return DayTotal.objects.filter(Q(day__lte=day) | Q(account__connection__isnull=False), book=book)


def _moved(rows: QuerySet[DayTotal]) -> dict[int, Decimal]:
    return dict(rows.order_by().values_list("account_id").annotate(moved=Sum("amount")))


def _ordered(currencies: Iterable[str], first: str) -> list[str]:
    return sorted(currencies, key=lambda each: (each != first, each))
