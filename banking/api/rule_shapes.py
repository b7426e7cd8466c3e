"""What rules look like over the API."""

from typing import Any

from rest_framework import serializers

from accounts.plain import plain_text
from accounts.strict import StrictSerializer
from banking import ruling
from banking.api.transaction_shapes import id_input
from banking.models import Rule, RuleRun
from banking.queries.rule_suggestions import Suggestion
from banking.queries.ruling import Found, Preview

CONDITIONS = (
    'A group {"all": […]}, {"any": […]} or {"none": […]} of groups and conditions {"field", "op", "value"}. '
    + "; ".join(f"{name}: {', '.join(ops)}" for name, ops in ruling.FIELD_TESTS.items())
    + ". `between` takes two values, of which one may be null. Amounts are sizes, as text; days like 2026-03-31."
)
ACTIONS = (
    'Any of category_id, merchant, tags, note, exclude, transfer, split: [{"kind": fixed, percent, interest or '
    'remainder, "value", "category_id", "note", "account_id"}].'
)


class RuleShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    active = serializers.BooleanField()
    stop = serializers.BooleanField(help_text="No later rule is tried on the rows it means.")
    conditions = serializers.JSONField(help_text=CONDITIONS)
    actions = serializers.JSONField(help_text=ACTIONS)
    created_at = serializers.DateTimeField()


class RuleList(serializers.Serializer[Any]):
    """In the order in which they are tried."""

    results = RuleShape(many=True)


class RuleInput(StrictSerializer):
    """A rule. Without a name it is called after what it looks for."""

    name = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])
    active = serializers.BooleanField(required=False)
    stop = serializers.BooleanField(required=False)
    conditions = serializers.DictField(help_text=CONDITIONS)
    actions = serializers.DictField(help_text=ACTIONS)


class RuleChangeInput(StrictSerializer):
    """What is not named stays."""

    name = serializers.CharField(max_length=120, required=False, validators=[plain_text])
    active = serializers.BooleanField(required=False)
    stop = serializers.BooleanField(required=False)
    conditions = serializers.DictField(required=False, help_text=CONDITIONS)
    actions = serializers.DictField(required=False, help_text=ACTIONS)


class OrderInput(StrictSerializer):
    """Every rule of the book, by its id, in the order in which they are to be tried."""

    order = serializers.ListField(child=id_input(), max_length=1_000)


class PreviewInput(StrictSerializer):
    """A rule as it would be: a stored one with what is named changed, or a new one, which is tried first."""

    rule_id = id_input(required=False)
    conditions = serializers.DictField(required=False, help_text=CONDITIONS)
    actions = serializers.DictField(required=False, help_text=ACTIONS)
    stop = serializers.BooleanField(required=False)
    cursor = serializers.CharField(max_length=60, required=False)


class RuleEffectShape(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField(help_text="A category by its id; of tags those that are added.")


class PreviewRow(serializers.Serializer[Any]):
    transaction_id = serializers.IntegerField()
    day = serializers.DateField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    description = serializers.CharField()
    changes = RuleEffectShape(many=True)
    split = serializers.IntegerField(help_text="Into how many parts it would be split; 0 for none.")


class PreviewShape(serializers.Serializer[Any]):
    """Rows that the rule means, would change, leaves to a person's own word, and would split; some that change."""

    matched = serializers.IntegerField()
    changed = serializers.IntegerField()
    kept = serializers.IntegerField()
    splits = serializers.IntegerField()
    results = PreviewRow(many=True)
    next = serializers.CharField(allow_null=True)


class RunInput(StrictSerializer):
    """One rule, or without it all of them, in their order."""

    rule_id = id_input(required=False)


class RunShape(serializers.Serializer[Any]):
    """Look here until `status` is success or failed. `kept`: rows that a person's own word kept as they are."""

    id = serializers.IntegerField()
    rule_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(help_text="Of the rule; empty for a run of all.")
    status = serializers.ChoiceField(RuleRun.Status.choices)
    rows = serializers.IntegerField()
    looked_at = serializers.IntegerField()
    matched = serializers.IntegerField()
    changed = serializers.IntegerField()
    kept = serializers.IntegerField()
    unsplit = serializers.IntegerField(help_text="Rows that were not split although a rule says so.")
    operation_id = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RunPage(serializers.Serializer[Any]):
    results = RunShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class SuggestionShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="How many rows you corrected like this.")
    conditions = serializers.JSONField()
    actions = serializers.JSONField()


class SuggestionList(serializers.Serializer[Any]):
    results = SuggestionShape(many=True)


class DismissInput(StrictSerializer):
    key = serializers.CharField(max_length=200, validators=[plain_text])


class RuleFile(StrictSerializer):
    """A file of rules, as the export makes it."""

    format = serializers.CharField(max_length=40)
    version = serializers.ChoiceField([1])
    rules = serializers.ListField(child=serializers.DictField(), max_length=1_000)
    categories = serializers.ListField(child=serializers.DictField(), required=False, max_length=1_000)


class ImportInput(RuleFile):
    create_categories = serializers.BooleanField(
        required=False, help_text="Create the categories that are not here; without it they are refused."
    )


class ImportedShape(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Rules that were here already.")
    categories = serializers.IntegerField(help_text="Categories that were created.")


RUN = (
    *("id", "rule_id", "name", "status", "rows", "looked_at", "matched", "changed", "kept", "unsplit"),
    *("operation_id", "error", "created_at", "finished_at"),
)


def rule(row: Rule) -> dict[str, Any]:
    """As RuleShape."""
    names = ("name", "active", "stop", "conditions", "created_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "actions": row.effects}


def run(row: RuleRun) -> dict[str, Any]:
    """As RunShape."""
    return {name: getattr(row, name) for name in RUN}


def suggestion(found: Suggestion) -> dict[str, Any]:
    """As SuggestionShape."""
    return {name: getattr(found, name) for name in ("key", "name", "count", "conditions", "actions")}


def preview(found: Preview) -> dict[str, Any]:
    """As PreviewShape."""
    counts = {name: getattr(found, name) for name in ("matched", "changed", "kept", "splits", "next")}
    return {**counts, "results": [_row(each) for each in found.rows]}


def _row(each: Found) -> dict[str, Any]:
    return {
        "transaction_id": each.pk,
        "day": each.day,
        "amount": format(each.amount, "f"),
        "currency": each.currency,
        "description": each.description,
        "changes": [
            {"field": one.field, "before": one.before, "after": one.after} for one in each.changes if one.is_visible
        ],
        "split": len(each.split),
    }
