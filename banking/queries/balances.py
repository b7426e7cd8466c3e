"""What is in the accounts, today and on any day before: the opening balance and what moved since, from the day totals.

What is owed is negative. An account that was closed counts until the day it was closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import TruncMonth
from django.urls import reverse

from accounts.models import Book
from banking.figures import Figure
from banking.models import Account, AccountKind, DayTotal, Transaction

ZERO = Decimal(0)
OWED = frozenset({AccountKind.CREDIT, AccountKind.LOAN})
"""The kinds whose balance is a liability; all others are assets, also when overdrawn."""


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account (with its connection and institution) and its balance in its own currency."""

    account: Account
    balance: Decimal

    @property
    def figure(self) -> Figure:
        """Leads to the account, whose opening and rows add up to it."""
        address = reverse("account", args=[self.account.pk])
        return Figure(f"balance-{self.account.pk}", self.balance, self.account.currency, address=address)

    @property
    def is_owed(self) -> bool:
        return self.account.kind in OWED

    @property
    def difference(self) -> Decimal:
        """What the bank reports beyond our rows: zero for a manual account, and for a linked one unless a row lacks."""
        return ZERO if self.account.reported is None else self.account.reported - self.balance


@dataclass(frozen=True, slots=True)
class Position:
    """What is there in one currency; `liabilities` is positive when something is owed."""

    currency: str
    assets: Decimal
    liabilities: Decimal

    @property
    def net_worth(self) -> Decimal:
        return self.assets - self.liabilities


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


def accounts(*, book: Book, closed: bool = False) -> list[AccountBalance]:
    """Each open account (all of them with `closed`) and its balance; two queries."""
    moved = _moved(DayTotal.objects.filter(book=book))
    return [AccountBalance(a, a.opening + moved.get(a.pk, ZERO)) for a in account_rows(book=book, closed=closed)]


def accounts_on(*, book: Book, day: date) -> list[AccountBalance]:
    """What was in each account that was not closed yet, at the end of that day; two queries."""
    moved = _moved(DayTotal.objects.filter(book=book, day__lte=day))
    rows = account_rows(book=book, closed=True)
    there = [a for a in rows if a.closed_at is None or a.closed_at.date() > day]
    return [AccountBalance(a, a.opening + moved.get(a.pk, ZERO)) for a in there]


def account(*, book: Book, pk: int) -> AccountBalance:
    """One account, open or closed; raise Account.DoesNotExist for one of another book."""
    found = account_rows(book=book, closed=True).get(pk=pk)
    moved = _moved(DayTotal.objects.filter(book=book, account=found))
    return AccountBalance(found, found.opening + moved.get(found.pk, ZERO))


def positions(balances: Iterable[AccountBalance], *, first: str = "") -> list[Position]:
    """One position per currency, the currency `first` before the others; no query."""
    assets: dict[str, Decimal] = defaultdict(Decimal)
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for each in balances:
        assets[each.account.currency] += ZERO if each.is_owed else each.balance
        owed[each.account.currency] -= each.balance if each.is_owed else ZERO
    return [Position(currency, assets[currency], owed[currency]) for currency in _ordered(assets, first)]


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


def month_movements(*, book: Book) -> dict[int, dict[date, Decimal]]:
    """What moved in each account in each month: {account: {first of the month: amount}}; one query."""
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    rows = DayTotal.objects.filter(book=book).annotate(month=TruncMonth("day"))
    grouped = rows.values_list("account_id", "month").annotate(moved=Sum("amount")).order_by("account_id", "month")
    for account_id, month, moved in grouped:
        found[account_id][month] = moved
    return found


def net_worth_lines(
    *, rows: Sequence[Account], movements: Mapping[int, Mapping[date, Decimal]], ends: Sequence[date], first: str = ""
) -> list[Line]:
    """The net worth before each of `ends` (firsts of months, ascending) by currency; no query.

    The day of a point is its end, exclusive. `rows` holds closed accounts too.
    """
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        amounts = sums.setdefault(row.currency, [ZERO] * len(ends))
        for at, balance in enumerate(_balances_before(row, movements.get(row.pk, {}), ends)):
            amounts[at] += balance
    return [
        Line(currency, tuple(Point(day, amount) for day, amount in zip(ends, sums[currency], strict=True)))
        for currency in _ordered(sums, first)
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
    booked = Transaction.objects.filter(Q(removed_at=None) | Q(discarded=True), pending=False)
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


def _balances_before(row: Account, movements: Mapping[date, Decimal], ends: Sequence[date]) -> list[Decimal]:
    balances, balance, months = [], row.opening, sorted(movements)
    for end in ends:
        while months and months[0] < end:
            balance += movements[months.pop(0)]
        closed = row.closed_at is not None and row.closed_at.date() < end
        balances.append(ZERO if closed else balance)
    return balances


def _moved(rows: QuerySet[DayTotal]) -> dict[int, Decimal]:
    return dict(rows.order_by().values_list("account_id").annotate(moved=Sum("amount")))


def _ordered(currencies: Iterable[str], first: str) -> list[str]:
    return sorted(currencies, key=lambda each: (each != first, each))
