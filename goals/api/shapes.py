"""The JSON shapes of goals. Amounts are decimal strings."""

from typing import Any

from rest_framework import serializers

from banking.api.figures import FigureShape
from goals.models import STRATEGIES, GoalKind, GoalState
from goals.planning.pace import Track
from goals.queries import Basis

Shape = serializers.Serializer[Any]
TRACKS = [each.value for each in Track]


class GoalAccountShape(Shape):
    account_id = serializers.IntegerField()
    account = serializers.CharField()
    amount = serializers.CharField(allow_null=True, help_text="What is ear-marked; null where it is a percentage.")
    percent = serializers.CharField(allow_null=True, help_text="Of the balance; null where it is an amount.")
    held = serializers.CharField(help_text="What of that the account holds for this goal.")
    missing = serializers.CharField(help_text="What is ear-marked and not there; goals of a lower number come first.")


class DebtShape(Shape):
    name = serializers.CharField()
    first = serializers.CharField(help_text="What was owed at first.")
    balance = serializers.CharField()
    rate = serializers.CharField(help_text="Percent a year.")
    minimum = serializers.CharField(help_text="What has to be paid each month.")
    never_ends = serializers.BooleanField(help_text="The minimum alone does not pay its interest.")


class GoalShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(GoalKind.choices)
    target = serializers.CharField(help_text="Of debts what was owed at first.")
    currency = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    pace = serializers.CharField(allow_null=True)
    priority = serializers.IntegerField()
    state = serializers.ChoiceField(GoalState.choices)
    accounts = GoalAccountShape(many=True)
    strategy = serializers.ChoiceField(STRATEGIES, allow_null=True, help_text="Null of saving.")
    extra = serializers.CharField(allow_null=True)
    loan_rate = serializers.CharField(allow_null=True)
    loan_fee = serializers.CharField(allow_null=True)
    loan_months = serializers.IntegerField(allow_null=True)
    debts = DebtShape(many=True)
    saved = FigureShape(help_text="What is there; of debts what is paid off.")
    remaining = serializers.CharField()
    percent = serializers.IntegerField(help_text="Rounded down, from 0 to 100.")
    track = serializers.ChoiceField(TRACKS)


class GoalAdviceShape(Shape):
    """How to catch up: one of the two."""

    more = serializers.CharField(help_text="So much more each month than planned.")
    months_later = serializers.IntegerField(allow_null=True, help_text="Or so many months later; null: never.")


class GoalProgressShape(Shape):
    id = serializers.IntegerField()
    saved = FigureShape()
    contributed = serializers.CharField(help_text="What the ledger adds up to.")
    held = serializers.CharField(help_text="What is there in linked accounts.")
    target = serializers.CharField()
    remaining = serializers.CharField()
    percent = serializers.IntegerField()
    state = serializers.ChoiceField(GoalState.choices)
    track = serializers.ChoiceField(TRACKS)
    expected = serializers.CharField(allow_null=True, help_text="What should be there by now; null of debts.")
    planned = serializers.CharField(allow_null=True, help_text="For each month; null of debts.")
    needed = serializers.CharField(
        allow_null=True, help_text="For each month from now on to be there in time; of debts what is paid each month."
    )
    ends_on = serializers.DateField(allow_null=True, help_text="By what is planned; null: never.")
    advice = GoalAdviceShape(allow_null=True)


class GoalPointShape(Shape):
    day = serializers.DateField()
    low = serializers.CharField()
    middle = serializers.CharField()
    high = serializers.CharField()


class GoalBandShape(Shape):
    """Of each month."""

    low = serializers.CharField(help_text="In a poor month: the lower quartile.")
    middle = serializers.CharField(help_text="In a usual one: the median.")
    high = serializers.CharField(help_text="In a good one: the upper quartile.")


class GoalEndsShape(Shape):
    """When it is there; null: never."""

    low = serializers.DateField(allow_null=True)
    middle = serializers.DateField(allow_null=True)
    high = serializers.DateField(allow_null=True)


class DebtStrategyShape(Shape):
    strategy = serializers.ChoiceField(STRATEGIES)
    ends = serializers.BooleanField(help_text="False: it is never paid off so; the other values then say nothing.")
    months = serializers.IntegerField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    first_closed_on = serializers.DateField(allow_null=True)
    interest = serializers.CharField(allow_null=True)
    fee = serializers.CharField()
    paid = serializers.CharField(allow_null=True)
    order = serializers.ListField(child=serializers.CharField())


class ScheduleLineShape(Shape):
    """One debt in one month; `balance` is what is owed after the payment."""

    day = serializers.DateField()
    debt = serializers.CharField(help_text="Empty: the new loan.")
    interest = serializers.CharField()
    payment = serializers.CharField()
    balance = serializers.CharField()


class GoalProjectionShape(Shape):
    """`basis`: `history`, what usually remained of the last twelve months; `plan`, a straight line, as there is too
    little history; `payments`, those of the chosen strategy."""

    id = serializers.IntegerField()
    basis = serializers.ChoiceField([each.value for each in Basis])
    monthly = GoalBandShape(allow_null=True)
    ends_on = GoalEndsShape()
    points = GoalPointShape(many=True, help_text="Month by month, at most ten years.")
    strategies = DebtStrategyShape(many=True, help_text="Of debts, compared.")
    schedule = ScheduleLineShape(many=True, help_text="Of debts, month by month by the chosen strategy.")


class ContributionShape(Shape):
    id = serializers.IntegerField()
    amount = serializers.CharField(help_text="Negative: taken out.")
    currency = serializers.CharField()
    day = serializers.DateField()
    note = serializers.CharField()
    debt = serializers.CharField(allow_null=True, help_text="The debt that was paid.")
    made_at = serializers.DateTimeField()


class GoalPage(Shape):
    results = GoalShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class ContributionPage(Shape):
    results = ContributionShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)
