"""What paying off the debts of a goal comes to; no query."""

from collections.abc import Sequence
from decimal import Decimal

from banking.money import places_of
from goals.models import Debt, Goal
from goals.planning.debts import Owed, Payoff, Strategy, compared, extra_for, instalment, planned

ZERO = Decimal(0)


def payoff_of(row: Goal, debts: Sequence[Debt]) -> Payoff | None:
    """By the chosen strategy; None where nothing is owed."""
    owed, strategy = _owed(debts), Strategy(row.strategy)
    if not owed or (strategy == Strategy.CONSOLIDATION and row.loan is None):
        return None
    extra = row.extra + _freed(row, debts)
    return planned(owed, strategy=strategy, extra=extra, loan=row.loan, places=places_of(row.currency))


def strategies(row: Goal, debts: Sequence[Debt]) -> tuple[Payoff, ...]:
    """By each of them; consolidation only with a loan."""
    owed, freed = _owed(debts), _minimums_of_closed(debts)
    if not owed:
        return ()
    return compared(owed, extra=row.extra, freed=freed, loan=row.loan, places=places_of(row.currency))


def paid_monthly(row: Goal, debts: Sequence[Debt]) -> Decimal:
    """What is paid each month by the chosen strategy; zero where nothing is owed."""
    owed = _owed(debts)
    if not owed:
        return ZERO
    extra: Decimal = row.extra + _freed(row, debts)
    if row.strategy == Strategy.CONSOLIDATION and row.loan is not None:
        whole = sum((each.balance for each in owed), row.loan.fee)
        return extra + instalment(whole, row.loan.rate, row.loan.months, places_of(row.currency))
    return sum((each.minimum for each in owed), extra)


def extra_needed(row: Goal, debts: Sequence[Debt], *, months: int) -> Decimal:
    """The extra payment with which all is paid off after so many months."""
    strategy, places = Strategy(row.strategy), places_of(row.currency)
    extra = extra_for(_owed(debts), strategy=strategy, loan=row.loan, months=months, places=places)
    return max(extra - _freed(row, debts), ZERO)


def _owed(debts: Sequence[Debt]) -> list[Owed]:
    return [each.owed for each in debts if each.balance]


def _freed(row: Goal, debts: Sequence[Debt]) -> Decimal:
    """What goes on each month to the debts that are left; a new loan has taken the place of all minimums."""
    return ZERO if row.strategy == Strategy.CONSOLIDATION else _minimums_of_closed(debts)


def _minimums_of_closed(debts: Sequence[Debt]) -> Decimal:
    return sum((each.minimum for each in debts if not each.balance), ZERO)
