"""The JSON shapes of the review inbox and of transfers."""

from typing import Any

from rest_framework import serializers

from accounts.strict import StrictSerializer
from banking import queries
from banking.api.transaction_shapes import Shape, amount_shape, id_input
from banking.models import EvidenceSource, ReviewItem, ReviewKind, ReviewState, Transaction, Transfer
from banking.queries.review import AUTOMATIC, Automatic, Group
from banking.queries.review_words import sentences

KINDS = [(str(kind), ReviewKind(kind).label) for kind in AUTOMATIC]


class RowShape(Shape):
    id = serializers.IntegerField()
    day = serializers.DateField()
    amount = amount_shape()
    currency = serializers.CharField()
    description = serializers.CharField()
    title = serializers.CharField()
    account_id = serializers.IntegerField()
    account = serializers.CharField()
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    pending = serializers.BooleanField()
    removed = serializers.BooleanField()


class EvidenceShape(Shape):
    code = serializers.CharField()
    text = serializers.CharField()
    speaks_against = serializers.BooleanField()


class GroupShape(Shape):
    count = serializers.IntegerField()
    amount = amount_shape()
    currency = serializers.CharField()


class ReviewShape(Shape):
    """`rows`: money out, in; what stays, goes; pending, booked; purchase, refund; of categories the newest."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ReviewKind.choices)
    state = serializers.ChoiceField(ReviewState.choices)
    score = serializers.FloatField(help_text="The chance that it is so, from 0 to 1.")
    sure = serializers.BooleanField(help_text="Whether nothing else explains it as well.")
    day = serializers.DateField()
    evidence = EvidenceShape(many=True)
    rows = RowShape(many=True)
    merchant = serializers.CharField()
    suggestion_id = serializers.IntegerField(allow_null=True)
    suggestion = serializers.CharField()
    groups = GroupShape(many=True, help_text="Of categories: how many rows wait, by currency.")
    decided_at = serializers.DateTimeField(allow_null=True)


class ReviewPage(Shape):
    results = ReviewShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Open ones by kind, `all` and `auto`.")


class AcceptInput(StrictSerializer):
    """Of categories: another one than suggested, and whether the choice becomes a rule."""

    category_id = id_input(required=False)
    rule = serializers.BooleanField(default=False)


class BulkDecisionInput(StrictSerializer):
    """Either `items`, or `kind` for all open ones of it."""

    decision = serializers.ChoiceField([("accept", "Accept"), ("reject", "Reject")])
    items = serializers.ListField(child=id_input(), required=False, allow_empty=False, max_length=500)
    kind = serializers.ChoiceField(ReviewKind.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("items" in attrs) == ("kind" in attrs):
            raise serializers.ValidationError("Give either items or kind.")
        return attrs


class BulkDecisionShape(Shape):
    count = serializers.IntegerField()
    left = serializers.IntegerField(help_text="What could not be decided any more.")
    operation_id = serializers.IntegerField(allow_null=True)


class SettingShape(Shape):
    kind = serializers.CharField()
    automatic = serializers.BooleanField(help_text="Whether it is accepted without a person when all but certain.")
    accounts = serializers.DictField(
        child=serializers.BooleanField(), help_text="Where it was set apart, by the account's id."
    )


class SettingList(Shape):
    results = SettingShape(many=True)


class SettingInput(StrictSerializer):
    """For the book, or for one account; null there goes back to what the book has."""

    kind = serializers.ChoiceField(KINDS)
    automatic = serializers.BooleanField(allow_null=True)
    account_id = id_input(required=False)


class TransferShape(Shape):
    id = serializers.IntegerField()
    outgoing = RowShape()
    incoming = RowShape()
    paired_by = serializers.ChoiceField(EvidenceSource.choices)
    score = serializers.FloatField()
    rate = serializers.CharField(allow_null=True, help_text="Incoming for one outgoing, between two currencies.")
    created_at = serializers.DateTimeField()


class TransferPage(Shape):
    results = TransferShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class TransferInput(StrictSerializer):
    """Money out and money in, of two accounts; of one currency only with equal amounts."""

    outgoing_id = id_input()
    incoming_id = id_input()


def row(found: Transaction) -> dict[str, Any]:
    """As RowShape."""
    return {
        "id": found.pk,
        "day": found.day,
        "amount": str(found.amount),
        "currency": found.currency,
        "description": found.description,
        "title": queries.title(found),
        "account_id": found.account_id,
        "account": found.account.name,
        "category_id": found.category_id,
        "category": found.category.name,
        "pending": found.pending,
        "removed": found.removed_at is not None,
    }


def item(found: ReviewItem, groups: list[Group]) -> dict[str, Any]:
    """As ReviewShape."""
    return {
        "id": found.pk,
        "kind": found.kind,
        "state": found.state,
        "score": found.score,
        "sure": found.sure,
        "day": found.day,
        "evidence": [
            {"code": each.code, "text": each.text, "speaks_against": each.speaks_against} for each in sentences(found)
        ],
        "rows": [row(each) for each in (found.first, found.second) if each is not None],
        "merchant": found.merchant.name if found.merchant else "",
        "suggestion_id": found.suggestion_id,
        "suggestion": found.suggestion.name if found.suggestion else "",
        "groups": [{"count": g.count, "amount": str(g.amount), "currency": g.currency} for g in groups],
        "decided_at": found.decided_at,
    }


def setting(found: Automatic) -> dict[str, Any]:
    """As SettingShape."""
    accounts = {str(pk): on for pk, on in found.accounts.items()}
    return {"kind": found.kind, "automatic": found.book, "accounts": accounts}


def transfer(found: Transfer) -> dict[str, Any]:
    """As TransferShape."""
    return {
        "id": found.pk,
        "outgoing": row(found.outgoing),
        "incoming": row(found.incoming),
        "paired_by": found.source,
        "score": found.score,
        "rate": None if found.rate is None else f"{found.rate.normalize():f}",
        "created_at": found.created_at,
    }
