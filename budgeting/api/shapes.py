"""The JSON shapes of budgets. Amounts are decimal strings; what is spent is positive."""

from typing import Any

from rest_framework import serializers

from banking.api.figures import FigureShape, figure
from budgeting.models import KINDS, ROLLOVERS, SHIFTS, Budget, BudgetMode, BudgetMove, Mode
from budgeting.queries import Board, State, Status, Suggestion, ToAssign, Totals

Shape = serializers.Serializer[Any]
CYCLE = "Names the periods: `month`, `week-0` (from Monday on), `custom_month-25-before` (payday), …"


class BudgetShape(Shape):
    id = serializers.IntegerField()
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True, help_text="The category that its category is inside of.")
    member_id = serializers.IntegerField(allow_null=True, help_text="Whose it is; null: shared.")
    member = serializers.CharField(help_text="The name of that person; empty of one that is shared.")
    period = serializers.ChoiceField(KINDS)
    cycle = serializers.CharField(help_text=CYCLE)
    first_day = serializers.IntegerField(help_text="Of a `custom_month` and a `fiscal_year`.")
    shift = serializers.ChoiceField(SHIFTS, help_text="Of a `custom_month`: where a start on a weekend goes.")
    start = serializers.DateField(help_text="First day of the first period.")
    end = serializers.DateField(allow_null=True, help_text="Exclusive. Null: it holds on.")
    repeats = serializers.BooleanField(help_text="Holds for more than one period.")
    amount = serializers.CharField(help_text="For each period.")
    currency = serializers.CharField()
    rollover = serializers.ChoiceField(ROLLOVERS, help_text="What goes on into the next period.")
    cap = serializers.CharField(allow_null=True, help_text="Of what is left over at most so much goes on.")


class ProgressShape(BudgetShape):
    """A budget in one of its periods. Booked transactions count; refunds are taken off, transfers are left out."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="Exclusive.")
    budgeted = serializers.CharField()
    rolled_over = serializers.CharField(help_text="From the period before; negative where that was overspent.")
    moved = serializers.CharField(help_text="From other budgets of the period, less what went there.")
    available = serializers.CharField(help_text="The three together.")
    spent = FigureShape()
    pending = FigureShape(allow_null=True, help_text="Not booked yet; null where `pending` was not asked for.")
    remaining = FigureShape(help_text="Available less spent and, where asked for, pending.")
    percent = serializers.IntegerField(allow_null=True, help_text="Used of what is available; null of nothing.")
    pace = serializers.IntegerField(help_text="Percent of the period's days that are gone.")
    projected = serializers.CharField(allow_null=True, help_text="What will be spent by the end; null: cannot be told.")
    state = serializers.ChoiceField([each.value for each in State])


class ProgressList(Shape):
    results = ProgressShape(many=True)


class BudgetTotalsShape(Shape):
    currency = serializers.CharField()
    budgeted = serializers.CharField()
    rolled_over = serializers.CharField()
    available = serializers.CharField()
    spent = FigureShape()
    pending = FigureShape(allow_null=True)
    remaining = FigureShape()
    percent = serializers.IntegerField(allow_null=True)
    on_track = serializers.IntegerField(help_text="How many budgets are so.")
    ahead = serializers.IntegerField()
    over = serializers.IntegerField()


class BudgetMoveShape(Shape):
    id = serializers.IntegerField()
    source_id = serializers.IntegerField(allow_null=True, help_text="Category; null: what was to assign.")
    source_name = serializers.CharField()
    source_member_id = serializers.IntegerField(allow_null=True)
    target_id = serializers.IntegerField(allow_null=True, help_text="Category; null: what is to assign.")
    target_name = serializers.CharField()
    target_member_id = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField()
    currency = serializers.CharField()
    made_at = serializers.DateTimeField()


class BudgetModeShape(Shape):
    mode = serializers.ChoiceField(Mode.choices)


class ToAssignShape(Shape):
    """What no budget holds of the money that is there today: balance less held, plus overspent."""

    amount = FigureShape(help_text="Negative: more was given out than there is.")
    balance = FigureShape(help_text="Of the open cash accounts and credit cards in the book's currency.")
    held = FigureShape(help_text="In all envelopes in which something is left, whatever their period.")
    overspent = FigureShape(help_text="What is missing in the others, positive.")


class BudgetSummaryShape(Shape):
    """All budgets of one period. Totals by currency, the book's first; no transaction is in two budgets."""

    mode = serializers.ChoiceField(Mode.choices)
    to_assign = ToAssignShape(allow_null=True, help_text="With envelopes, in a period that today lies in; else null.")
    cycle = serializers.CharField(help_text=CYCLE)
    cycles = serializers.ListField(child=serializers.CharField(), help_text="Those that budgets of the book are in.")
    start = serializers.DateField()
    end = serializers.DateField(help_text="Exclusive.")
    pace = serializers.IntegerField(help_text="Percent of the period's days that are gone.")
    totals = BudgetTotalsShape(many=True)
    budgets = ProgressShape(many=True)
    moves = BudgetMoveShape(many=True, help_text="What was moved between budgets in the period, the latest first.")


class BudgetSuggestionShape(Shape):
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField(help_text="What is usual, rounded up.")
    usual = serializers.CharField(
        help_text="The median of the periods in which something was spent, outliers left out."
    )
    currency = serializers.CharField()
    spent = serializers.ListField(child=serializers.CharField(), help_text="In the six periods before, latest first.")


class BudgetSuggestionList(Shape):
    results = BudgetSuggestionShape(many=True)


class BudgetList(Shape):
    results = BudgetShape(many=True)


def budget(row: Budget) -> dict[str, Any]:
    """As BudgetShape."""
    return {
        "id": row.pk,
        "category_id": row.category_id,
        "category": row.category.name,
        "parent_id": row.category.parent_id,
        "member_id": row.member_id,
        "member": row.member.get_short_name() if row.member else "",
        "period": row.period,
        "cycle": row.cycle.name,
        "first_day": row.first_day,
        "shift": row.shift,
        "start": row.start,
        "end": row.end,
        "repeats": row.repeats,
        "amount": str(row.amount),
        "currency": row.currency,
        "rollover": row.rollover,
        "cap": None if row.cap is None else str(row.cap),
    }


def progress(found: Status) -> dict[str, Any]:
    """As ProgressShape."""
    return {
        **budget(found.budget),
        "period_start": found.period.start,
        "period_end": found.period.end,
        "budgeted": str(found.budgeted),
        "rolled_over": str(found.rolled),
        "moved": str(found.moved),
        "available": str(found.available),
        "spent": figure(found.spent),
        "pending": figure(found.pending) if found.pending else None,
        "remaining": figure(found.left),
        "percent": found.percent,
        "pace": int(found.gone * 100),
        "projected": None if found.projected is None else str(found.projected),
        "state": found.state.value,
    }


def mode(row: BudgetMode) -> dict[str, Any]:
    """As BudgetModeShape."""
    return {"mode": row.mode}


def to_assign(found: ToAssign) -> dict[str, Any]:
    """As ToAssignShape."""
    return {
        "amount": figure(found.figure),
        "balance": figure(found.balance),
        "held": figure(found.held),
        "overspent": figure(found.overspent),
    }


def summary(found: Board, moves: list[BudgetMove], mode: Mode, assignable: ToAssign | None) -> dict[str, Any]:
    """As BudgetSummaryShape."""
    return {
        "mode": mode.value,
        "to_assign": to_assign(assignable) if assignable else None,
        "cycle": found.cycle.name,
        "cycles": [each.name for each in found.cycles],
        "start": found.period.start,
        "end": found.period.end,
        "pace": int(found.period.gone(found.today) * 100),
        "totals": [_totals(each) for each in found.totals],
        "budgets": [progress(each) for each in found.statuses],
        "moves": [move(each) for each in moves],
    }


def move(row: BudgetMove) -> dict[str, Any]:
    """As BudgetMoveShape."""
    return {
        "id": row.pk,
        "source_id": row.source_id,
        "source_name": row.source.name if row.source else "",
        "source_member_id": row.source_member_id,
        "target_id": row.target_id,
        "target_name": row.target.name if row.target else "",
        "target_member_id": row.target_member_id,
        "amount": str(row.amount),
        "currency": row.currency,
        "made_at": row.created_at,
    }


def suggestion(found: Suggestion) -> dict[str, Any]:
    """As BudgetSuggestionShape."""
    return {
        "category_id": found.category.pk,
        "category": found.category.name,
        "parent_id": found.category.parent_id,
        "amount": str(found.amount),
        "usual": str(found.usual),
        "currency": found.currency,
        "spent": [str(each) for each in found.spent],
    }


def _totals(found: Totals) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "budgeted": str(found.budgeted),
        "rolled_over": str(found.rolled),
        "available": str(found.available),
        "spent": figure(found.spent),
        "pending": figure(found.pending) if found.pending else None,
        "remaining": figure(found.left),
        "percent": found.percent,
        **{state.value: found.counts[state] for state in State},
    }
