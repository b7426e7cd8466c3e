"""What requests and answers about what comes again hold."""

from typing import Any

from rest_framework import serializers

from accounts.plain import plain_text
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput
from banking.api.transaction_shapes import LARGEST_ID, id_input
from budgeting.actions.recurring import LONGEST_NAME
from budgeting.api.inputs import DayInput
from budgeting.items import FREQUENCIES, ItemSource, ItemState, RecurringItem
from budgeting.queries import recurring as queries
from budgeting.queries.recurring import DAYS, Coming, Meeting
from budgeting.queries.trials import Trial

Shape = serializers.Serializer[Any]
MOST_DAYS = 366


class RecurringShape(Shape):
    """A bill, a subscription or income. Amounts are signed: positive is money in."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    merchant_id = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField(help_text="What to expect next.")
    currency = serializers.CharField()
    frequency = serializers.ChoiceField(FREQUENCIES)
    next_on = serializers.DateField(help_text="The first day on which it is still expected.")
    state = serializers.ChoiceField(ItemState.choices)
    source = serializers.ChoiceField(ItemSource.choices)  # type: ignore[assignment]  # a field's own name
    category_id = serializers.IntegerField(allow_null=True)
    category = serializers.CharField()
    account_id = serializers.IntegerField(allow_null=True)
    last_on = serializers.DateField(allow_null=True, help_text="The day it was last seen.")
    last_amount = serializers.CharField(allow_null=True)
    price_before = serializers.CharField(allow_null=True, help_text="What it was before its price last changed.")
    price_after = serializers.CharField(allow_null=True)
    price_on = serializers.DateField(allow_null=True)
    trial_ends_on = serializers.DateField(allow_null=True, help_text="The day on which a free trial ends.")
    yearly = serializers.CharField(help_text="What it comes to in a year.")
    monthly = serializers.CharField(help_text="A twelfth of that.")
    edited = serializers.ListField(
        child=serializers.CharField(), help_text="What a person set; what is found later leaves that alone."
    )


class RecurringPage(Shape):
    results = RecurringShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class ComingShape(Shape):
    """One expected day."""

    recurring_id = serializers.IntegerField()
    name = serializers.CharField()
    day = serializers.DateField()
    amount = serializers.CharField(help_text="What was paid, where it was; else what to expect.")
    currency = serializers.CharField()
    state = serializers.ChoiceField([each.value for each in Meeting])
    transaction_id = serializers.IntegerField(allow_null=True, help_text="The transaction that met it.")
    paid_on = serializers.DateField(allow_null=True)


class ComingSum(Shape):
    currency = serializers.CharField()
    incoming = serializers.CharField()
    outgoing = serializers.CharField(help_text="Positive.")


class TrialShape(Shape):
    """A free trial: one that somebody named, or a first charge of next to nothing that looks like one."""

    name = serializers.CharField()
    day = serializers.DateField(help_text="When it ends, or ended.")
    is_guess = serializers.BooleanField(help_text="Whether nobody said so and no full price has come yet.")
    recurring_id = serializers.IntegerField(allow_null=True)
    transaction_id = serializers.IntegerField(allow_null=True, help_text="The first charge.")
    amount = serializers.CharField(allow_null=True, help_text="What it costs from then on, where that is known.")
    currency = serializers.CharField()


class UpcomingShape(Shape):
    """What was expected in the last 30 days and is in those that were asked for; `totals` is what is still to come."""

    results = ComingShape(many=True)
    totals = ComingSum(many=True)
    trials = TrialShape(many=True)


class UpcomingAsked(StrictSerializer):
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=DAYS)


class RecurringInput(StrictSerializer):
    """The amount is signed: negative for money out. Without a merchant the name says whose transactions it is."""

    name = serializers.CharField(max_length=LONGEST_NAME, validators=[plain_text])
    amount = AmountInput()
    frequency = serializers.ChoiceField(FREQUENCIES)
    next_on = DayInput()
    merchant_id = id_input(required=False)
    category_id = id_input(required=False)
    account_id = id_input(required=False)
    trial_ends_on = DayInput(required=False)


class RecurringChange(StrictSerializer):
    """What is not named stays. `ended` true: it comes no more; false: it does again."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, validators=[plain_text])
    amount = AmountInput(required=False)
    frequency = serializers.ChoiceField(FREQUENCIES, required=False)
    next_on = DayInput(required=False)
    category_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    account_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    trial_ends_on = DayInput(required=False, allow_null=True)
    ended = serializers.BooleanField(required=False)


def shape(row: RecurringItem) -> dict[str, Any]:
    """As RecurringShape."""
    cost = queries.cost_of(row)
    return {
        "id": row.pk,
        "name": row.called,
        "merchant_id": row.merchant_id,
        "amount": str(row.amount),
        "currency": row.currency,
        "frequency": row.frequency,
        "next_on": row.next_on,
        "state": row.state,
        "source": row.source,
        "category_id": row.category_id,
        "category": row.category.name if row.category else "",
        "account_id": row.account_id,
        "last_on": row.last_on,
        "last_amount": None if row.last_amount is None else str(row.last_amount),
        "price_before": None if row.price_before is None else str(row.price_before),
        "price_after": None if row.price_after is None else str(row.price_after),
        "price_on": row.price_on,
        "trial_ends_on": row.trial_ends_on,
        "yearly": str(cost.yearly),
        "monthly": str(cost.monthly),
        "edited": sorted(row.edited),
    }


def coming(found: Coming) -> dict[str, Any]:
    """As ComingShape."""
    return {
        "recurring_id": found.item.pk,
        "name": found.item.called,
        "day": found.day,
        "amount": str(found.amount),
        "currency": found.item.currency,
        "state": found.state.value,
        "transaction_id": found.paid.pk if found.paid else None,
        "paid_on": found.paid.day if found.paid else None,
    }


def trial(found: Trial) -> dict[str, Any]:
    """As TrialShape."""
    return {
        "name": found.name,
        "day": found.day,
        "is_guess": found.is_guess,
        "recurring_id": found.item.pk if found.item else None,
        "transaction_id": found.first.pk if found.first else None,
        "amount": None if found.amount is None else str(found.amount),
        "currency": found.currency,
    }
