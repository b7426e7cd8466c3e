"""What paying off the debts of a goal comes to; no query."""

from collections.abc import Sequence
from decimal import Decimal

from banking.money import places_of
from goals.models import Debt, Goal
from goals.planning.debts import Owed, Payoff, Strategy, compared, extra_for, planned


def payoff_of(row: Goal, debts: Sequence[Debt]) -> Payoff | None:
    """By the chosen strategy; None where nothing is owed."""
    owed, strategy = _owed(debts), Strategy(row.strategy)
    if not owed or (strategy == Strategy.CONSOLIDATION and row.loan is None):
        return None
    return planned(owed, strategy=strategy, extra=row.extra, loan=row.loan, places=places_of(row.currency))


def strategies(row: Goal, debts: Sequence[Debt]) -> tuple[Payoff, ...]:
    """By each of them; consolidation only with a loan."""
    owed = _owed(debts)
    return compared(owed, extra=row.extra, loan=row.loan, places=places_of(row.currency)) if owed else ()


def extra_needed(row: Goal, debts: Sequence[Debt], *, months: int) -> Decimal:
    """The extra payment with which all is paid off after so many months."""
    strategy, places = Strategy(row.strategy), places_of(row.currency)
    return extra_for(_owed(debts), strategy=strategy, loan=row.loan, months=months, places=places)


def _owed(debts: Sequence[Debt]) -> list[Owed]:
    return [each.owed for each in debts if each.balance]
