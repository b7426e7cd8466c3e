"""Goals as the API tells them: what stands in `shapes`, filled."""

from datetime import date
from decimal import Decimal
from typing import Any

from banking.api.figures import figure
from banking.money import PLACES
from goals.models import Contribution, Debt
from goals.planning.debts import Line, Payoff, never_ends
from goals.planning.months import later
from goals.queries import Held, Standing

ZERO = Decimal(0)


def amount_of(amount: Decimal) -> str:
    """With at least two places, as amounts are kept."""
    return str(round(amount, 2 if amount == round(amount, 2) else PLACES) + ZERO)


def or_null(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_of(amount)


def goal(found: Standing) -> dict[str, Any]:
    """As GoalShape."""
    row = found.goal
    return {
        "id": row.pk,
        "name": row.name,
        "kind": row.kind,
        "target": amount_of(found.target),
        "currency": row.currency,
        "due_on": row.due_on,
        "pace": or_null(row.pace),
        "priority": row.priority,
        "state": row.state,
        "accounts": [held(each) for each in found.held],
        "strategy": row.strategy if row.is_debt else None,
        "extra": amount_of(row.extra) if row.is_debt else None,
        "loan_rate": or_null(row.loan_rate),
        "loan_fee": amount_of(row.loan_fee) if row.loan else None,
        "loan_months": row.loan_months,
        "debts": [debt(each, found.places) for each in found.debts],
        "saved": figure(found.saved),
        "remaining": amount_of(found.left),
        "percent": found.percent,
        "track": found.track.value,
    }


def held(found: Held) -> dict[str, Any]:
    """As GoalAccountShape."""
    return {
        "account_id": found.mark.account_id,
        "account": found.mark.account.name,
        "amount": or_null(found.mark.amount),
        "percent": or_null(found.mark.percent),
        "held": amount_of(found.there),
        "missing": amount_of(found.lacks),
    }


def debt(row: Debt, places: int) -> dict[str, Any]:
    """As DebtShape."""
    return {
        "name": row.name,
        "first": str(row.first),
        "balance": str(row.balance),
        "rate": str(row.rate),
        "minimum": str(row.minimum),
        "never_ends": never_ends(row.owed, places),
    }


def progress(found: Standing) -> dict[str, Any]:
    """As GoalProgressShape."""
    advice = found.advice
    return {
        "id": found.goal.pk,
        "saved": figure(found.saved),
        "contributed": amount_of(found.given),
        "held": amount_of(sum((each.there for each in found.held), ZERO)),
        "target": amount_of(found.target),
        "remaining": amount_of(found.left),
        "percent": found.percent,
        "state": found.goal.state,
        "track": found.track.value,
        "expected": or_null(found.expected),
        "planned": amount_of(found.aim.monthly) if found.aim else None,
        "needed": or_null(found.needed),
        "ends_on": found.ends_on,
        "advice": {"more": amount_of(advice.more), "months_later": advice.later} if advice else None,
    }


def projection(found: Standing, strategies: tuple[Payoff, ...]) -> dict[str, Any]:
    """As GoalProjectionShape."""
    seen = found.projection
    bounds = ("low", "middle", "high")
    lines = found.payoff.lines if found.payoff and found.payoff.ends else ()
    return {
        "id": found.goal.pk,
        "basis": seen.basis.value,
        "monthly": {name: amount_of(getattr(seen.band, name)) for name in bounds} if seen.band else None,
        "ends_on": dict(zip(bounds, seen.ends, strict=True)),
        "points": [
            {"day": later(found.today, each.months), **{name: amount_of(getattr(each, name)) for name in bounds}}
            for each in seen.points
        ],
        "strategies": [strategy(each, found.today) for each in strategies],
        "schedule": [line(each, found.today) for each in lines],
    }


def strategy(found: Payoff, today: date) -> dict[str, Any]:
    """As DebtStrategyShape."""
    return {
        "strategy": found.strategy.value,
        "ends": found.ends,
        "months": found.months if found.ends else None,
        "ends_on": later(today, found.months) if found.ends else None,
        "first_closed_on": None if found.first is None else later(today, found.first),
        "interest": amount_of(found.interest) if found.ends else None,
        "fee": amount_of(found.fee),
        "paid": amount_of(found.paid) if found.ends else None,
        "order": list(found.order),
    }


def line(found: Line, today: date) -> dict[str, Any]:
    """As ScheduleLineShape."""
    return {
        "day": later(today, found.month),
        "debt": found.name,
        "interest": amount_of(found.interest),
        "payment": amount_of(found.payment),
        "balance": amount_of(found.balance),
    }


def contribution(row: Contribution) -> dict[str, Any]:
    """As ContributionShape."""
    return {
        "id": row.pk,
        "amount": str(row.amount),
        "currency": row.goal.currency,
        "day": row.day,
        "note": row.note,
        "debt": row.debt.name if row.debt else None,
        "made_at": row.created_at,
    }
