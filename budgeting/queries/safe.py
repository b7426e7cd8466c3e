"""What can be spent until the next income: what is there, less bills and what budgets still want until then."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from django.db.models import Q, Sum
from django.db.models.functions import Sign
from django.urls import reverse

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.models import Account, AccountKind
from banking.money import from_units, places_of, to_units
from banking.queries import AccountBalance, Filters
from banking.totals import month_after
from budgeting.items import ItemState
from budgeting.queries.plans import Line, line_of, plans
from budgeting.queries.recurring import BACK, DAYS, Coming, items, occurrences
from budgeting.queries.standing import Status, statuses

ZERO = Decimal(0)
SET_ASIDE = frozenset({"savings", "cd", "hsa", "money market"})
"""Cash accounts, by what the bank calls them, that nobody lives from."""
LIVED_FROM = 5
"""An income of less than such a part of the largest one, as interest is, is not what somebody waits for."""
LONGEST = 400
"""So many days ahead bills are looked for: the longest periods of budgets take a year."""
PENDING_FOR = timedelta(days=60)
"""What has been pending for longer will not be booked any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a budget still wants before the day: its part of what is left of it without its bills. Positive."""

    status: Status
    amount: Decimal

    @property
    def less(self) -> Decimal:
        """As it is taken off."""
        return -self.amount


@dataclass(frozen=True, slots=True)
class Safe:
    """`until` is exclusive: the day of the next `income`, or where none is known the end of the month.

    `figure` is the sum of the accounts and of what will move in them, less the bills and what is wanted. What will
    move: spending that is `pending`, transfers that are (`moving`: both sides, so that one between two of the accounts
    is nothing), and spending entered by hand for the days `ahead`.
    """

    currency: str
    until: date
    income: Coming | None
    accounts: tuple[AccountBalance, ...]
    pending: Figure
    moving: Figure
    ahead: Figure
    bills: tuple[Coming, ...]
    wanted: tuple[Wanted, ...]

    @property
    def balance(self) -> Decimal:
        return sum((each.balance for each in self.accounts), ZERO)

    @property
    def moves(self) -> list[tuple[str, Figure]]:
        """What will move, with what kind of that it is, where it is anything."""
        found = {"pending": self.pending, "transfer": self.moving, "ahead": self.ahead}
        return [(kind, each) for kind, each in found.items() if each.amount]

    @property
    def billed(self) -> Decimal:
        """Positive."""
        return -sum((each.amount for each in self.bills), ZERO) + ZERO

    @property
    def budgeted(self) -> Decimal:
        """Positive."""
        return sum((each.amount for each in self.wanted), ZERO)

    @property
    def figure(self) -> Figure:
        moves = sum((each.amount for _kind, each in self.moves), ZERO)
        amount = self.balance + moves - self.billed - self.budgeted
        address = f"{reverse('recurring')}#safe-{self.currency}"
        return Figure(f"safe-to-spend-{self.currency}", amount, self.currency, address=address)


def safe_to_spend(*, book: Book, today: date) -> list[Safe]:
    """By currency of the accounts that are lived from, the book's own first; a fixed number of queries.

    These are cash that is not set aside, and cards, of which what is owed is spent already. A bill whose category has a
    budget counts as a bill, and the budget wants that much less.
    """
    lived_from = [each for each in banking.accounts(book=book, today=today) if is_lived_from(each.account)]
    cash = {each.account.currency for each in lived_from if each.account.kind == AccountKind.DEPOSITORY}
    comings = _comings(book, lived_from, today)
    untils = {currency: _until(comings, currency, today) for currency in cash}
    standing = _standing(book, today, max((until for until, _income in untils.values()), default=today))
    waiting = _waiting(book, lived_from, today)
    found = []
    for currency in sorted(cash, key=lambda each: (each != book.currency, each)):
        until, income = untils[currency]
        mine = tuple(each for each in lived_from if each.account.currency == currency)
        bills = [each for each in comings if each.amount < 0 and each.item.currency == currency]
        wanted = [
            Wanted(each, amount)
            for each in standing
            if each.currency == currency and (amount := _wanted(each, bills, today, until))
        ]
        found.append(
            Safe(
                currency=currency,
                until=until,
                income=income,
                accounts=mine,
                pending=_figure("pending", mine, currency, waiting, _pending(today)),
                moving=_figure("moving", mine, currency, waiting, _moving(today)),
                ahead=_figure("ahead", mine, currency, waiting, _ahead(today, until)),
                bills=tuple(each for each in bills if each.day < until),
                wanted=tuple(_apart(wanted)),
            )
        )
    return found


def _comings(book: Book, lived_from: Sequence[AccountBalance], today: date) -> list[Coming]:
    """What is still expected within a year in the accounts that are lived from, or in no account in particular.

    An entry by hand for a day to come is what was expected of that day.
    """
    there = {each.account.pk for each in lived_from}
    start, end = today - timedelta(days=BACK), today + timedelta(days=LONGEST)
    rows = [
        row
        for row in items(book=book, state=ItemState.CONFIRMED)
        if row.account is None or row.account.closed_at or row.account_id in there
    ]
    found = occurrences(book=book, rows=rows, start=start, end=end, today=today, until=end)
    return [each for each in found if each.is_open]


def is_lived_from(account: Account) -> bool:
    """Whether what is in the account is there to be spent."""
    if account.kind == AccountKind.DEPOSITORY:
        return account.subtype not in SET_ASIDE
    return bool(account.kind == AccountKind.CREDIT)


def _until(comings: Iterable[Coming], currency: str, today: date) -> tuple[date, Coming | None]:
    """The first day after today with an income that one lives from; what is late already is not counted on."""
    near = today + timedelta(days=DAYS)
    ahead = [each for each in comings if each.amount > 0 and each.item.currency == currency and today < each.day < near]
    least = max((each.amount for each in ahead), default=ZERO) / LIVED_FROM
    for each in ahead:
        if each.amount >= least:
            return each.day, each
    return month_after(today), None


class _Row(NamedTuple):
    """Rows of one day and account that are alike: what is not booked yet, or entered for a day to come."""

    account: int
    currency: str
    day: date
    pending: bool
    kind: str
    sign: int


_Fits = tuple[dict[str, str], Callable[[_Row], bool]]
"""The filters of a figure, and whether rows are among them."""


def _pending(today: date) -> _Fits:
    since = today - PENDING_FOR
    told = {"start": since.isoformat(), "direction": "out", "kind": "expense", "pending": "yes"}
    return told, lambda row: row.pending and row.day >= since and row.kind == "expense" and row.sign < 0


def _moving(today: date) -> _Fits:
    since = today - PENDING_FOR
    told = {"start": since.isoformat(), "kind": "transfer", "pending": "yes"}
    return told, lambda row: row.pending and row.day >= since and row.kind == "transfer"


def _ahead(today: date, until: date) -> _Fits:
    told = {"start": (today + timedelta(days=1)).isoformat(), "end": until.isoformat(), "direction": "out"}
    return {**told, "pending": "no"}, lambda row: not row.pending and today < row.day < until and row.sign < 0


def _waiting(book: Book, accounts: Sequence[AccountBalance], today: date) -> dict[_Row, Decimal]:
    """What is pending in these accounts, and of those by hand what is entered for days to come; one query.

    What a bank has booked for a day to come is in its balance already.
    """
    ids = {each.account.pk for each in accounts}
    manual = {each.account.pk for each in accounts if each.account.is_manual}
    filters = Filters(start=today - PENDING_FOR, excluded=False, accounts=frozenset(ids))
    waits = Q(pending=True) | Q(account__in=manual, day__gt=today)
    rows = banking.matching(book=book, filters=filters).filter(waits, is_split=False).order_by()
    columns = ("account_id", "currency", "day", "pending", "category__kind")
    found = rows.values_list(*columns, Sign("amount")).annotate(net=Sum("amount")) if ids else ()
    return {_Row(*row): net for *row, net in found}


def _figure(
    name: str, mine: Sequence[AccountBalance], currency: str, waiting: Mapping[_Row, Decimal], fits: _Fits
) -> Figure:
    told, are_in = fits
    accounts = {each.account.pk for each in mine if name != "ahead" or each.account.is_manual}
    nets = (net for row, net in waiting.items() if row.account in accounts and row.currency == currency and are_in(row))
    filters = {**told, "account": sorted(map(str, accounts), key=int), "currency": currency, "excluded": "no"}
    return Figure(f"safe-{name}-{currency}", sum(nets, ZERO), currency, filters)


def _standing(book: Book, today: date, until: date) -> list[Status]:
    """Every budget in each of its periods that has a day from today until before the day."""
    known = plans(book=book)
    found = [
        (row, period)
        for line in known.lines
        for period in line.cycle.periods(today, max(until, today + timedelta(days=1)))
        if (row := known.at(line, period))
    ]
    return statuses(plans=known, found=found, today=today, pending=True, projected=False)


def _wanted(status: Status, bills: Sequence[Coming], today: date, until: date) -> Decimal:
    """The part of what is left, without its bills, that falls on the days before `until`; rounded up.

    Of a period that has not begun what will be rolled over is not counted: it is in what is left now.
    """
    period = status.period
    start = max(period.start, today)
    days, whole = (min(until, period.end) - start).days, (period.end - start).days
    left = status.budgeted + status.moved - status.used if status.is_ahead else status.left.amount
    left += sum((each.amount for each in bills if _is_in(each, status, today)), ZERO)
    if days <= 0 or left <= 0:
        return ZERO
    unit = Decimal(1).scaleb(-places_of(status.currency))
    share = (left * days / whole / unit).to_integral_value(ROUND_CEILING) * unit
    return from_units(to_units(min(share, left)))


def _is_in(bill: Coming, status: Status, today: date) -> bool:
    item = bill.item
    holder = item.account.holder_id if item.account else None
    within = item.category_id is not None and status.share.holds(item.category_id, holder)
    return within and max(bill.day, today) in status.period


def _apart(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those of different kinds of periods may be for the same rows: of these the ones that want most."""
    sums: dict[Line, Decimal] = {}
    for each in wanted:
        line = line_of(each.status.budget)
        sums[line] = sums.get(line, ZERO) + each.amount

    def place(each: Wanted) -> tuple[Decimal, str, int, int, date]:
        line = line_of(each.status.budget)
        return (-sums[line], line.cycle.name, line.category, line.member or 0, each.status.period.start)

    kept: list[Wanted] = []
    for each in sorted(wanted, key=place):
        others = (one.status for one in kept if one.status.budget.cycle != each.status.budget.cycle)
        if not any(_overlap(each.status, other) for other in others):
            kept.append(each)
    return sorted(kept, key=lambda each: (each.status.name.casefold(), each.status.period.start))


def _overlap(one: Status, other: Status) -> bool:
    """Whether a row can be in both."""
    members = {one.share.member, other.share.member}
    return (None in members or len(members) == 1) and not one.share.categories.isdisjoint(other.share.categories)
