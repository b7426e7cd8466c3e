"""How budgets stand: what was planned, rolled over, spent and is left, and where it is going."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from django.db.models import Sum
from django.urls import reverse

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.models import Category
from banking.money import from_units, places_of, to_units
from banking.queries import Filters
from banking.queries.ranges import ALL, Nets, Range, category_nets
from budgeting.carrying import Rollover, Step, carried
from budgeting.models import Budget
from budgeting.periods import Period
from budgeting.queries.plans import Plans, Share, line_of, whose

ZERO = Decimal(0)
HISTORY = 6
"""The periods before that say what is usually spent in the rest of this one."""
ENOUGH = 2
"""So many of them must have something in them."""
EARLY = Fraction(1, 4)
"""Without such a history nothing is projected before so much of the period is gone."""


class State(StrEnum):
    ON_TRACK = "on_track"
    AHEAD = "ahead"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Status:
    """One budget in one period; amounts in its currency, spending positive, refunds taken off.

    `pending` is what is not booked yet, None where it was not asked for. `projected` is what will be spent by the end
    of the period, None where nobody can know. `gone` is the share of the period that is over.
    """

    budget: Budget
    period: Period
    rolled: Decimal
    moved: Decimal
    spent: Figure
    pending: Figure | None
    projected: Decimal | None
    gone: Fraction
    share: Share

    @property
    def is_ahead(self) -> bool:
        """Whether the period has not begun."""
        return self.gone == 0

    @property
    def category(self) -> Category:
        return self.budget.category

    @property
    def name(self) -> str:
        """The category, with whom it is for where that is one member."""
        row = self.budget
        return f"{row.category.name} · {row.member.get_short_name()}" if row.member else row.category.name

    @property
    def currency(self) -> str:
        return self.budget.currency

    @property
    def budgeted(self) -> Decimal:
        amount: Decimal = self.budget.amount
        return amount

    @property
    def available(self) -> Decimal:
        return self.budgeted + self.rolled + self.moved

    @property
    def used(self) -> Decimal:
        """What is spent, with what is pending where that was asked for."""
        return self.spent.amount + (self.pending.amount if self.pending else ZERO)

    @property
    def left(self) -> Figure:
        """Negative where more was spent than there was."""
        address = f"{reverse('budget', args=[self.budget.pk])}?on={self.period.start.isoformat()}"
        what = "left-pending" if self.pending else "left"
        return Figure(
            f"budget-{what}-{self.budget.pk}-{self.period.start}",
            self.available - self.used,
            self.currency,
            address=address,
        )

    @property
    def percent(self) -> int | None:
        """What is used of what is available, rounded down so that 100 is reached by nothing less; None of nothing."""
        return int(self.used * 100 // self.available) if self.available > 0 else None

    @property
    def state(self) -> State:
        if self.used > max(self.available, ZERO):
            return State.OVER
        if self.projected is not None and self.projected > self.available:
            return State.AHEAD
        return State.ON_TRACK


def statuses(
    *,
    plans: Plans,
    found: Iterable[tuple[Budget, Period]],
    today: date,
    pending: bool = False,
    projected: bool = True,
) -> list[Status]:
    """How these budgets stand in these periods; at most two queries, three with what is pending.

    Without `projected` nobody looks where they are going, and fewer days are read.
    """
    places = [_Place(plans, row, period, today, projected=projected) for row, period in found]
    categories = frozenset(pk for place in places for share in place.shares for pk in share.categories)
    nets = category_nets(
        book=plans.book,
        categories=categories,
        ranges=[each for place in places for each in place.ranges],
        by_holder=bool(plans.members),
    )
    waiting = _pending(plans.book, places) if pending else None
    return [place.status(nets, waiting) for place in places]


class _Place:
    """A budget in a period, and what has to be known of other days to say how it stands."""

    def __init__(self, plans: Plans, row: Budget, period: Period, today: date, *, projected: bool) -> None:
        self.plans, self.row, self.period, self.today = plans, row, period, today
        self.line = line_of(row)
        self.share = plans.covered(self.line, period)
        self.chain = _chain(plans, row, period)
        goes_on = projected and period.start <= today < period.last
        self.history = row.cycle.back(period, HISTORY) if goes_on else []
        self.tomorrow = today + timedelta(days=1)

    @property
    def shares(self) -> list[Share]:
        """What it is for, and what the budgets before it were for."""
        return [self.share, *(link.share for link in self.chain)]

    @property
    def ranges(self) -> list[Range]:
        whole = [self.period, *(link.period for link in self.chain), *self.history]
        rests = [self._rest_of(each) for each in self.history]
        ahead = [(self.tomorrow, self.period.end)] if self.history else []
        return [*((each.start, each.end) for each in whole), *(each for each in rests if each), *ahead]

    def status(self, nets: Nets, waiting: "_Waiting | None") -> Status:
        spent = self._spent(nets, (self.period.start, self.period.end))
        return Status(
            budget=self.row,
            period=self.period,
            rolled=carried(self._step(link, nets) for link in self.chain),
            moved=self.plans.moved_to(self.line, self.period),
            spent=self._figure("spent", spent, {"counted": "on"}),
            pending=self._figure("pending", waiting(self), {"pending": "yes", "excluded": "no"}) if waiting else None,
            projected=self._projected(nets, spent),
            gone=self.period.gone(self.today),
            share=self.share,
        )

    def _spent(self, nets: Nets, days: Range, share: Share | None = None) -> Decimal:
        categories, member, apart = share or self.share
        return -nets.of(categories, self.row.currency, *days, holder=member or ALL, apart=apart) + ZERO

    def _step(self, link: "_Link", nets: Nets) -> Step:
        row, period = link.row, link.period
        spent = self._spent(nets, (period.start, period.end), link.share)
        moved = self.plans.moved_to(self.line, period)
        return Step(row.amount, moved, spent, Rollover(row.rollover), row.cap)

    def _figure(self, name: str, amount: Decimal, states: Mapping[str, str]) -> Figure:
        filters = rows_of(self.plans, self.row.category_id, self.share, self.period, self.row.currency)
        name = f"budget-{name}-{self.row.pk}-{self.period.start}"
        return Figure(name, amount, self.row.currency, {**filters, **states}, sign=-1)

    def _rest_of(self, before: Period) -> Range | None:
        """The days of an earlier period after as many as are gone of this one."""
        cut = before.start + (self.tomorrow - self.period.start)
        return (cut, before.end) if cut < before.end else None

    def _projected(self, nets: Nets, spent: Decimal) -> Decimal | None:
        """What is spent up to today and what usually follows, or at least what is entered ahead.

        Without a history: as much for each day to come as for those that are gone.
        """
        if self.period.last <= self.today:
            return spent
        if not self.history:
            return None
        ahead = self._spent(nets, (self.tomorrow, self.period.end))
        usual = self._usual_rest(nets)
        if usual is None:
            gone = self.period.gone(self.today)
            if gone < EARLY:
                return None
            usual = _share(spent - ahead, 1 / gone - 1, self.row.currency)
        return spent - ahead + max(usual, ahead)

    def _usual_rest(self, nets: Nets) -> Decimal | None:
        known = [each for each in self.history if self._spent(nets, (each.start, each.end))]
        if len(known) < ENOUGH:
            return None
        rests = [self._rest_of(each) for each in known]
        usual = median(self._spent(nets, days) if days else ZERO for days in rests)
        return max(_written(usual, self.row.currency), ZERO)


def _share(amount: Decimal, share: Fraction, currency: str) -> Decimal:
    return _written(amount * share.numerator / share.denominator, currency)


def _written(amount: Decimal, currency: str) -> Decimal:
    """To the places that the currency has, and with at least two, as amounts are kept."""
    return from_units(to_units(round(amount, places_of(currency))))


class _Link(NamedTuple):
    """One of the periods before, the budget that held in it, and what that was for."""

    row: Budget
    period: Period
    share: Share


def _chain(plans: Plans, row: Budget, period: Period) -> list[_Link]:
    """The budgets of the line before this one, in order, back to the last that hands nothing on."""
    found: list[_Link] = []
    cycle = row.cycle
    before, line = cycle.previous(period), line_of(row)
    while (earlier := plans.at(line, before)) and _hands_on(earlier, row):
        found.append(_Link(earlier, before, plans.covered(line, before)))
        before = cycle.previous(before)
    return found[::-1]


def _hands_on(earlier: Budget, later: Budget) -> bool:
    return earlier.rollover != Rollover.NONE and earlier.currency == later.currency


def rows_of(plans: Plans, top: int, share: Share, period: Period, currency: str) -> dict[str, str | Sequence[str]]:
    """The filters of the transactions that are in the share: under `top` and, perhaps not all, of those inside."""
    everything = share.categories == {top, *plans.inside.get(top, ())}
    chosen = {"category": str(top)} if everything else {"category": sorted(map(str, share.categories)), "exact": "on"}
    days = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    people = {"whose": found} if (found := whose([share])) else {}
    return {**days, **chosen, **people, "currency": currency}


_Waiting = Callable[[_Place], Decimal]


def _pending(book: Book, places: Sequence[_Place]) -> _Waiting:
    """What is not booked yet, by place; one query."""
    found: list[tuple[date, int, int | None, str, Decimal]] = []
    if places:
        start, end = min(each.period.start for each in places), max(each.period.end for each in places)
        rows = banking.matching(book=book, filters=Filters(start=start, end=end, pending=True, excluded=False))
        columns = ("day", "category_id", "account__holder_id", "currency")
        found = list(rows.order_by().values_list(*columns).annotate(net=Sum("amount")))

    def waiting(place: _Place) -> Decimal:
        mine = (
            net
            for day, pk, holder, currency, net in found
            if day in place.period and place.share.holds(pk, holder) and currency == place.row.currency
        )
        return -sum(mine, ZERO) + ZERO

    return waiting
