"""All budgets of one kind of period at a glance, in groups, with their totals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Book
from banking.figures import Figure
from banking.models import Category
from budgeting.models import Budget
from budgeting.periods import MONTHLY, Cycle, Period
from budgeting.queries.plans import Plans, line_of, plans, whose
from budgeting.queries.standing import State, Status, statuses

ZERO = Decimal(0)
SHARED = "shared"
"""Who looks at the budgets that are nobody's own; a member's key at those of that member, and "" at all of them."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over budgets of one currency; no row counts twice, as each category is in one budget only."""

    currency: str
    budgeted: Decimal
    rolled: Decimal
    available: Decimal
    spent: Figure
    pending: Figure | None
    left: Figure
    counts: dict[State, int]

    @property
    def used(self) -> Decimal:
        return self.spent.amount + (self.pending.amount if self.pending else ZERO)

    @property
    def percent(self) -> int | None:
        return int(self.used * 100 // self.available) if self.available > 0 else None


@dataclass(frozen=True, slots=True)
class Group:
    """A top category with the budgets on it and on those inside it; `totals` by currency."""

    category: Category
    statuses: tuple[Status, ...]
    totals: tuple[Totals, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """`cycles` are those of which some budget has ever been, months first; `members` who has ever had one."""

    cycle: Cycle
    period: Period
    previous: Period
    next: Period
    today: date
    groups: tuple[Group, ...]
    totals: tuple[Totals, ...]
    cycles: tuple[Cycle, ...]
    members: frozenset[int]

    @property
    def gone(self) -> Decimal:
        """The share of the period that is over."""
        gone = self.period.gone(self.today)
        return Decimal(gone.numerator) / gone.denominator

    @property
    def statuses(self) -> tuple[Status, ...]:
        return tuple(each for group in self.groups for each in group.statuses)


def board(*, book: Book, cycle: Cycle, day: date, today: date, pending: bool = False, who: str = "") -> Board:
    """The budgets of the period of the cycle that the day lies in; five queries, six with what is pending."""
    known, cycle = plans(book=book), cycle.plain
    period = cycle.period_of(day)
    found = [(row, period) for row in known.in_force(cycle, period) if is_of(row, who)]
    standing = statuses(plans=known, found=found, today=today, pending=pending)
    cycles = {MONTHLY, cycle, *(line.cycle for line in known.lines)}
    where = _Where(f"of-{who}-" * bool(who) + f"{cycle.name}-{period.start}", _address(cycle, period, who))
    return Board(
        cycle=cycle,
        period=period,
        previous=cycle.previous(period),
        next=cycle.next(period),
        today=today,
        groups=_groups(known, standing, where),
        totals=_totals("budgets-{}", where, standing, book.currency),
        cycles=tuple(sorted(cycles, key=lambda each: (each != MONTHLY, each.name))),
        members=known.members,
    )


class _Where(NamedTuple):
    """What the figures of a page are called by, and the page."""

    name: str
    address: str


def _address(cycle: Cycle, period: Period, who: str) -> str:
    query = {"period": cycle.name, "on": period.start.isoformat(), **({"who": who} if who else {})}
    return f"{reverse('budgets')}?{urlencode(query)}"


def is_of(row: Budget, who: str) -> bool:
    """Whether it is among those that are looked at."""
    return who in {"", SHARED if row.member_id is None else str(row.member_id)}


def standing_on(
    *,
    book: Book,
    day: date,
    today: date,
    pending: bool = False,
    kind: str = "",
    category: int | None = None,
    who: str = "",
) -> list[Status]:
    """Every budget that holds on the day, each in its own period, by category; as many queries as `board`."""
    known = plans(book=book)
    rows = (row for row in known.on(day) if kind in {"", row.period} and is_of(row, who))
    found = [(row, row.cycle.period_of(day)) for row in rows]
    if category is not None:
        found = [each for each in found if each[0].category_id == category]
    return sorted(statuses(plans=known, found=found, today=today, pending=pending), key=_by_name)


def progress(
    *, book: Book, pk: int, day: date | None, today: date, pending: bool = False, follow: bool = False
) -> Status:
    """One budget in the period that the day lies in; without a day in today's, or in its first one.

    Raise Budget.DoesNotExist also for a period in which it does not hold; unless with `follow` another one of its line
    does, which takes its place.
    """
    known = plans(book=book)
    row = next((each for rows in known.lines.values() for each in rows if each.pk == pk), None)
    if row is None:
        raise Budget.DoesNotExist
    line, period = line_of(row), row.cycle.period_of(day or today)
    holding = known.at(line, period)
    if holding and follow:
        row = holding
    elif holding is not row:
        if day is not None:
            raise Budget.DoesNotExist
        period = Period(row.start, row.cycle.period_of(row.start).end)
    return statuses(plans=known, found=[(row, period)], today=today, pending=pending)[0]


def _by_name(each: Status) -> tuple[str, bool, str, str, int]:
    """By category, what is shared before what is of a member."""
    member = each.budget.member
    name = member.get_short_name() if member else ""
    return (each.category.name.casefold(), member is not None, name, each.budget.period, each.budget.pk)


def _groups(known: Plans, standing: Iterable[Status], where: _Where) -> tuple[Group, ...]:
    inside: dict[int, list[Status]] = defaultdict(list)
    for each in standing:
        inside[each.category.parent_id or each.category.pk].append(each)
    groups = [
        Group(
            known.categories[pk],
            tuple(sorted(found, key=lambda each: (each.category.pk != known.categories[pk].pk, _by_name(each)))),
            _totals(f"budgets-{{}}-in-{pk}", where, found, known.book.currency),
        )
        for pk, found in inside.items()
    ]
    return tuple(sorted(groups, key=lambda each: (each.category.name.casefold(), each.category.pk)))


def _totals(name: str, where: _Where, standing: Sequence[Status], first: str) -> tuple[Totals, ...]:
    """By currency, the book's first; a figure is called `name` with what it is, where it is and its currency."""
    currencies = sorted({each.currency for each in standing}, key=lambda each: (each != first, each))
    return tuple(
        _total(f"{name}-{where.name}", where.address, [each for each in standing if each.currency == currency])
        for currency in currencies
    )


def _total(name: str, address: str, found: Sequence[Status]) -> Totals:
    currency = found[0].currency
    available = sum((each.available for each in found), ZERO)
    spent = _sum(name, "spent", [each.spent for each in found], found)
    waiting = [each.pending for each in found if each.pending]
    used = sum((each.used for each in found), ZERO)
    what = "left-pending" if waiting else "left"
    return Totals(
        currency=currency,
        budgeted=sum((each.budgeted for each in found), ZERO),
        rolled=sum((each.rolled for each in found), ZERO),
        available=available,
        spent=spent,
        pending=_sum(name, "pending", waiting, found) if waiting else None,
        left=Figure(f"{name.format(what)}-{currency}", available - used, currency, address=address),
        counts={state: sum(each.state == state for each in found) for state in State},
    )


def _sum(name: str, what: str, figures: Sequence[Figure], found: Sequence[Status]) -> Figure:
    """The figures as one, over the categories of all of them."""
    categories = sorted({str(pk) for each in found for pk in each.share.categories}, key=int)
    filters = {name: value for name, value in figures[0].filters.items() if name != "whose"}
    filters |= {"category": categories, "exact": "on"}
    if people := whose(each.share for each in found):
        filters["whose"] = people
    amount = sum((each.amount for each in figures), ZERO)
    return Figure(f"{name.format(what)}-{figures[0].currency}", amount, figures[0].currency, filters, sign=-1)
