"""Paying off debts month by month, exact to the cent.

In each month every debt grows by a twelfth of its yearly rate, rounded half up; then each gets its minimum, and what is
left of the budget goes to one debt after the other in the order of the strategy. The budget is all minimums and the
extra payment: what a closed debt needs no more goes to the next one, in the same month too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from goals.planning.months import LONGEST
from goals.planning.pace import raised

ZERO, YEARLY_PERCENT = Decimal(0), Decimal(1200)
HOPELESS = 1000
"""Debts that have grown so many times over are never paid off."""


class Strategy(StrEnum):
    SNOWBALL = "snowball"
    AVALANCHE = "avalanche"
    CONSOLIDATION = "consolidation"


@dataclass(frozen=True, slots=True)
class Owed:
    """One debt; positive amounts, the rate in percent a year."""

    name: str
    balance: Decimal
    rate: Decimal
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class Loan:
    """One new loan for all debts: the fee is borrowed too and it is paid back in so many equal months."""

    rate: Decimal
    fee: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class Line:
    """One debt in one month, the first of which is 1; `balance` is what is owed after the payment."""

    month: int
    name: str
    interest: Decimal
    payment: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Payoff:
    """What a strategy comes to. `order` and `closed` are by debt: what is paid off first, and in which month.

    Where it never `ends` the other values are those of the months that were looked at.
    """

    strategy: Strategy
    ends: bool
    months: int
    interest: Decimal
    fee: Decimal
    paid: Decimal
    order: tuple[str, ...]
    closed: tuple[int | None, ...]
    lines: tuple[Line, ...]

    @property
    def cost(self) -> Decimal:
        """What it costs beyond what is owed today."""
        return self.interest + self.fee

    @property
    def first(self) -> int | None:
        """The month in which the first debt is gone."""
        return min((month for month in self.closed if month is not None), default=None)


def never_ends(debt: Owed, places: int) -> bool:
    """Whether its minimum alone does not even pay its interest."""
    return debt.balance > 0 and debt.minimum <= interest_of(debt.balance, debt.rate, places)


def interest_of(balance: Decimal, rate: Decimal, places: int) -> Decimal:
    """Of one month."""
    return (balance * rate / YEARLY_PERCENT).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def compared(
    debts: Sequence[Owed], *, extra: Decimal, freed: Decimal = ZERO, loan: Loan | None, places: int
) -> tuple[Payoff, ...]:
    """Snowball, avalanche and, with a loan, consolidation.

    `freed` is what debts that are paid off already need no more each month; a loan asks for its instalment alone.
    """
    payoffs = [
        planned(debts, strategy=each, extra=extra + freed, places=places)
        for each in (Strategy.SNOWBALL, Strategy.AVALANCHE)
    ]
    return (*payoffs, *([consolidated(debts, loan=loan, extra=extra, places=places)] if loan else ()))


def planned(
    debts: Sequence[Owed], *, strategy: Strategy, extra: Decimal, loan: Loan | None = None, places: int
) -> Payoff:
    """What one strategy comes to; consolidation needs a loan."""
    if strategy == Strategy.CONSOLIDATION:
        if loan is None:
            raise ValueError(strategy)
        return consolidated(debts, loan=loan, extra=extra, places=places)
    order = snowball(debts, extra=extra, places=places) if strategy == Strategy.SNOWBALL else avalanche(debts)
    return paid_in_order(debts, order=order, extra=extra, places=places, strategy=strategy)


def avalanche(debts: Sequence[Owed]) -> list[int]:
    """The highest rate first, which costs the least interest."""
    return sorted(range(len(debts)), key=lambda at: (-debts[at].rate, debts[at].balance, at))


def snowball(debts: Sequence[Owed], *, extra: Decimal, places: int) -> list[int]:
    """What can be gone soonest first, which with like minimums is the smallest; so the first one is closed soonest."""

    def alone(at: int) -> int:
        found = paid_in_order([debts[at]], order=[0], extra=extra, places=places)
        return found.months if found.ends else LONGEST + 1

    return sorted(range(len(debts)), key=lambda at: (alone(at), debts[at].balance, at))


def paid_in_order(
    debts: Sequence[Owed],
    *,
    order: Sequence[int],
    extra: Decimal,
    places: int,
    strategy: Strategy = Strategy.SNOWBALL,
    term: int = LONGEST,
) -> Payoff:
    """Month by month until nothing is owed; a `term` before LONGEST is the month in which all the rest is paid."""
    budget = sum((each.minimum for each in debts), extra)
    owing = [each.balance for each in debts]
    closed: list[int | None] = [0 if balance <= 0 else None for balance in owing]
    most, month, lines = HOPELESS * sum(owing, ZERO), 0, []
    while any(owing) and month < term and sum(owing, ZERO) <= most:
        month += 1
        interest = [interest_of(balance, each.rate, places) for balance, each in zip(owing, debts, strict=True)]
        due = [balance + more for balance, more in zip(owing, interest, strict=True)]
        payments = due if month == term < LONGEST else _payments(due, debts, order, budget)
        for at, each in enumerate(debts):
            if owing[at]:
                owing[at] = due[at] - payments[at]
                lines.append(Line(month, each.name, interest[at], payments[at], owing[at]))
                if not owing[at]:
                    closed[at] = month
    return Payoff(
        strategy=strategy,
        ends=not any(owing),
        months=month,
        interest=sum((each.interest for each in lines), ZERO),
        fee=ZERO,
        paid=sum((each.payment for each in lines), ZERO),
        order=tuple(debts[at].name for at in order),
        closed=tuple(closed),
        lines=tuple(lines),
    )


def _payments(due: Sequence[Decimal], debts: Sequence[Owed], order: Sequence[int], budget: Decimal) -> list[Decimal]:
    payments = [min(owed, each.minimum) for owed, each in zip(due, debts, strict=True)]
    left = budget - sum(payments, ZERO)
    for at in order:
        more = min(left, due[at] - payments[at])
        payments[at] += more
        left -= more
    return payments


def consolidated(debts: Sequence[Owed], *, loan: Loan, extra: Decimal, places: int, name: str = "") -> Payoff:
    """One loan over all that is owed and its fee; the extra payment shortens it, the last month pays the rest."""
    whole = sum((each.balance for each in debts), loan.fee)
    payment = instalment(whole, loan.rate, loan.months, places)
    found = paid_in_order(
        [Owed(name, whole, loan.rate, payment)],
        order=[0],
        extra=extra,
        places=places,
        strategy=Strategy.CONSOLIDATION,
        term=loan.months,
    )
    return replace(found, fee=loan.fee)


def instalment(whole: Decimal, rate: Decimal, months: int, places: int) -> Decimal:
    """The equal payment that pays a loan back, raised to the next cent: P·i / (1 - (1 + i)^-n)."""
    if not rate:
        return raised(whole / months, places)
    monthly = rate / YEARLY_PERCENT
    return raised(whole * monthly / (1 - (1 + monthly) ** -months), places)


def extra_for(debts: Sequence[Owed], *, strategy: Strategy, loan: Loan | None, months: int, places: int) -> Decimal:
    """The least extra payment with which all is paid off after at most so many months, which are one or more."""
    step = Decimal(1).scaleb(-places)
    growth = sum((interest_of(each.balance, each.rate, places) for each in debts), loan.fee if loan else ZERO)
    low, high = -1, int((sum((each.balance for each in debts), ZERO) + growth * 2) / step)
    while high - low > 1:
        middle = (low + high) // 2
        found = planned(debts, strategy=strategy, extra=middle * step, loan=loan, places=places)
        low, high = (low, middle) if found.ends and found.months <= months else (middle, high)
    return high * step
