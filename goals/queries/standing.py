"""How a goal stands: what is there, what lacks, whether that is on track, and where it leads; no query."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.urls import reverse

from banking.figures import Figure
from banking.money import places_of
from goals.models import Debt, EarMark, Goal
from goals.planning import pace, projecting
from goals.planning.debts import Payoff
from goals.planning.months import later, whole_months
from goals.planning.pace import Advice, Aim, Track
from goals.planning.projecting import Band, Point
from goals.queries.owing import extra_needed, paid_monthly, payoff_of

ZERO = Decimal(0)
Ends = tuple[date | None, date | None, date | None]
MOST_POINTS = 120
"""So many months of a projection are drawn."""


class Basis(StrEnum):
    """What a projection rests on: what was saved in the last months, the plan alone, or the payments of debts."""

    HISTORY = "history"
    PLAN = "plan"
    PAYMENTS = "payments"


@dataclass(frozen=True, slots=True)
class Held:
    """What a goal has in an account: `wanted` is ear-marked, `there` is what of it the account holds for it.

    An archived goal wants nothing.
    """

    mark: EarMark
    wanted: Decimal
    there: Decimal

    @property
    def lacks(self) -> Decimal:
        return self.wanted - self.there


@dataclass(frozen=True, slots=True)
class Projection:
    """`band` is what is put aside each month; `ends` are the days by its low, middle and high, None: never.

    Of debts there is no band, and the points are what is paid off by the payments of the strategy.
    """

    basis: Basis
    band: Band | None
    ends: Ends
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Standing:
    """One goal today; amounts in its currency. What follows is worked out when it is asked for, and once.

    `given` is what its ledger adds up to, `usual` its share of what remains of a month, None where that is not known.
    """

    goal: Goal
    today: date
    given: Decimal
    held: tuple[Held, ...]
    debts: tuple[Debt, ...]
    usual: Band | None

    @property
    def places(self) -> int:
        return places_of(self.goal.currency)

    @property
    def currency(self) -> str:
        return self.goal.currency

    @property
    def target(self) -> Decimal:
        """Of debts what was owed at first."""
        if self.goal.is_debt:
            return sum((each.first for each in self.debts), ZERO)
        return self.goal.target or ZERO

    @property
    def owed(self) -> Decimal:
        return sum((each.balance for each in self.debts), ZERO)

    @cached_property
    def amount(self) -> Decimal:
        """What is there; of debts what is paid off, negative where more is owed than at first."""
        if self.goal.is_debt:
            return self.target - self.owed
        return self.given + sum((each.there for each in self.held), ZERO)

    @property
    def saved(self) -> Figure:
        """What is there, with the goal's page."""
        return Figure(f"goal-saved-{self.goal.pk}", self.amount, self.currency, address=self.address)

    @property
    def address(self) -> str:
        return reverse("goal", args=[self.goal.pk])

    @property
    def left(self) -> Decimal:
        return max(self.target - self.amount, ZERO)

    @property
    def lacks(self) -> Decimal:
        """What is ear-marked for it and not there."""
        return sum((each.lacks for each in self.held), ZERO)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 is reached by nothing less."""
        return min(max(int(self.amount * 100 // self.target), 0), 100) if self.target else 0

    @cached_property
    def payoff(self) -> Payoff | None:
        """What the chosen strategy comes to; only of debts that are owed."""
        return payoff_of(self.goal, self.debts)

    @cached_property
    def aim(self) -> Aim | None:
        """The plan; None of debts, whose strategy is one."""
        if self.goal.is_debt:
            return None
        if self.goal.pace is not None:
            return pace.by_pace(target=self.target, start=self.start, monthly=self.goal.pace)
        end = self.goal.due_on or self.start
        return pace.by_date(target=self.target, start=self.start, end=end, places=self.places)

    @property
    def start(self) -> date:
        """The day from which months count; a pause that lasts moves it as one that is over has done."""
        paused = self.goal.paused_on
        return self.goal.started_on + (self.today - paused) if paused else self.goal.started_on

    @cached_property
    def track(self) -> Track:
        if self.aim is not None:
            return pace.track(self.aim, self.amount, self.today)
        return _track_of_debts(self)

    @cached_property
    def needed(self) -> Decimal | None:
        """What has to be put aside each month to be there in time; of debts what is paid each month."""
        if self.aim is not None:
            return pace.needed(self.aim, self.amount, self.today, self.places)
        return paid_monthly(self.goal, self.debts)

    @property
    def expected(self) -> Decimal | None:
        """What should be there by now."""
        return self.aim.expected(self.today) if self.aim else None

    @cached_property
    def advice(self) -> Advice | None:
        """How to catch up; None for who need not."""
        if self.aim is not None:
            return pace.advice(self.aim, self.amount, self.today, self.places)
        due = self.goal.due_on
        if due is None or self.track != Track.BEHIND:
            return None
        more = extra_needed(self.goal, self.debts, months=max(whole_months(self.today, due), 1)) - self.goal.extra
        ends_on = self.ends_on
        return Advice(more, None if ends_on is None else whole_months(due, ends_on) + 1)

    @cached_property
    def ends_on(self) -> date | None:
        """When it is there by what it is planned to get each month; None: never. Today, where it is there."""
        if self.aim is not None:
            months = pace.months_for(self.left, self.aim.monthly)
        elif self.payoff is not None:
            months = self.payoff.months if self.payoff.ends else None
        else:
            months = 0
        return None if months is None else later(self.today, months)

    @property
    def projection(self) -> Projection:
        return _projection_of_debts(self) if self.aim is None else _projection(self, self.aim)


def _track_of_debts(standing: Standing) -> Track:
    due, ends_on = standing.goal.due_on, standing.ends_on
    if standing.debts and not standing.owed:
        return Track.REACHED
    if due and due < standing.today:
        return Track.OVERDUE
    if ends_on is None or (due and ends_on > due):
        return Track.BEHIND
    return Track.AHEAD if due and later(ends_on, 1) < due else Track.ON_TRACK


def _projection(standing: Standing, aim: Aim) -> Projection:
    band = standing.usual or projecting.steady(aim.monthly)
    after = projecting.reached(saved=standing.amount, target=standing.target, band=band)
    known = [each for each in (*after, whole_months(standing.today, aim.end)) if each is not None]
    months = min(max(known, default=0), MOST_POINTS)
    return Projection(
        basis=Basis.HISTORY if standing.usual else Basis.PLAN,
        band=band,
        ends=_days(standing.today, after),
        points=projecting.points(saved=standing.amount, target=standing.target, band=band, months=months),
    )


def _days(today: date, after: tuple[int | None, int | None, int | None]) -> Ends:
    low, middle, high = (None if months is None else later(today, months) for months in after)
    return low, middle, high


def _projection_of_debts(standing: Standing) -> Projection:
    left: dict[int, Decimal] = defaultdict(Decimal)
    for line in standing.payoff.lines if standing.payoff else ():
        left[line.month] += line.balance
    done = [standing.target - left[month] for month in range(1, max(left, default=0) + 1)]
    end = standing.ends_on
    points = (Point(at, each, each, each) for at, each in enumerate([standing.amount, *done][: MOST_POINTS + 1]))
    return Projection(Basis.PAYMENTS, None, (end, end, end), tuple(points))
