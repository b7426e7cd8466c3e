"""The JSON shapes of transactions. Amounts are decimal strings; positive is money in."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from accounts.plain import plain_lines, plain_text
from accounts.strict import StrictSerializer
from banking.api.amounts import AmountInput
from banking.models import EvidenceSource, Origin
from banking.queries import Names, Part, PlainRow, Statistics, Total

LARGEST_ID = 2**63 - 1
Shape = serializers.Serializer[Any]


def amount_shape() -> serializers.CharField:
    return serializers.CharField(help_text="A decimal number such as -12.50.")


def id_input(*, required: bool = True) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=required)


def names_input() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=40, validators=[plain_text]), max_length=20, required=False
    )


class SplitPartShape(Shape):
    id = serializers.IntegerField()
    amount = amount_shape()
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    merchant = serializers.CharField()
    note = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    excluded = serializers.BooleanField()


class LockShape(Shape):
    field = serializers.CharField()
    set_at = serializers.DateTimeField(help_text="When somebody set it by hand.")


class TransactionShape(Shape):
    id = serializers.IntegerField()
    day = serializers.DateField(help_text="The day it was booked.")
    authorized_on = serializers.DateField(allow_null=True)
    amount = amount_shape()
    currency = serializers.CharField()
    description = serializers.CharField(help_text="As the bank words it.")
    account_id = serializers.IntegerField()
    account = serializers.CharField()
    merchant_id = serializers.IntegerField(allow_null=True)
    merchant = serializers.CharField()
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    category_source = serializers.ChoiceField(EvidenceSource.choices, help_text="Who filed it.")
    confidence = serializers.FloatField(help_text="From 0 to 1.")
    reason = serializers.CharField(help_text="Why it was filed there, in a sentence.")
    suggestion_id = serializers.IntegerField(allow_null=True, help_text="A category that was not sure enough.")
    suggestion = serializers.CharField()
    note = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    pending = serializers.BooleanField(help_text="Not booked yet: in no total.")
    excluded = serializers.BooleanField(help_text="Left out of totals by hand.")
    origin = serializers.ChoiceField(Origin.choices)
    channel = serializers.CharField()
    part_of_id = serializers.IntegerField(allow_null=True, help_text="The split that it is a part of.")
    is_split = serializers.BooleanField(help_text="Its parts are listed and counted instead of it.")
    parts = SplitPartShape(many=True, help_text="Of a split. Lists name parts only, and so have none here.")
    edited = serializers.ListField(child=serializers.CharField(), help_text="What was set by hand; no sync changes it.")
    locks = LockShape(many=True, help_text="The same with the moment; `unlock` takes one away.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AmendedShape(TransactionShape):
    alike = serializers.IntegerField(
        help_text="Others of the merchant that `alike` would file under the category just given; 0 if none was given."
    )


class AlikeShape(Shape):
    count = serializers.IntegerField(help_text="Transactions that would follow.")
    category_id = serializers.IntegerField(help_text="Where they would go.")
    category = serializers.CharField()


class FiledAlikeShape(Shape):
    count = serializers.IntegerField(help_text="Transactions that followed.")
    operation_id = serializers.IntegerField(allow_null=True, help_text="What was done; null where nothing was.")


class TransactionPage(Shape):
    results = TransactionShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class TransactionInput(StrictSerializer):
    """A transaction by hand, in a manual account. Without a category one is found."""

    account_id = id_input()
    day = serializers.DateField()
    amount = AmountInput()
    currency = serializers.CharField(max_length=8, required=False, help_text="If given, the account's.")
    description = serializers.CharField(max_length=500, validators=[plain_text])
    category_id = id_input(required=False)
    merchant = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, validators=[plain_lines])
    tags = names_input()
    excluded = serializers.BooleanField(required=False)


class TransactionChange(StrictSerializer):
    """What is not named stays. Day, amount and description only of a manual transaction."""

    category_id = id_input(required=False)
    merchant = serializers.CharField(max_length=120, required=False, allow_blank=True, validators=[plain_text])
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, validators=[plain_lines])
    tags = names_input()
    excluded = serializers.BooleanField(required=False)
    day = serializers.DateField(required=False)
    amount = AmountInput(required=False)
    description = serializers.CharField(max_length=500, required=False, validators=[plain_text])


class BulkInput(StrictSerializer):
    """Either `ids`, or `filter` with the names and values of the list's filters, at least one."""

    category_id = id_input()
    ids = serializers.ListField(child=id_input(), required=False, allow_empty=False, max_length=5_000)
    filter = serializers.DictField(required=False)
    preview = serializers.BooleanField(default=False, help_text="Only count.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError("Give either ids or filter.")
        return attrs


class BulkShape(Shape):
    count = serializers.IntegerField(help_text="Transactions that went, or would go, to the category.")
    preview = serializers.BooleanField()
    operation_id = serializers.IntegerField(allow_null=True, help_text="What was done; null where nothing was.")


class TotalShape(Shape):
    currency = serializers.CharField()
    count = serializers.IntegerField()
    money_in = amount_shape()
    money_out = amount_shape()
    net = amount_shape()


class PartShape(TotalShape):
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class MonthShape(TotalShape):
    month = serializers.CharField(help_text="Such as 2026-03.")


class StatisticsShape(Shape):
    """Totals count posted rows that are not left out, unless the filters ask for those."""

    totals = TotalShape(many=True)
    pending = serializers.IntegerField(help_text="Pending rows that match and are in no total.")
    by_category = PartShape(many=True)
    by_merchant = PartShape(many=True, help_text="The fifty with the largest turnover.")
    by_month = MonthShape(many=True)


def transaction(row: PlainRow, names: Names, parts: Sequence[PlainRow] = ()) -> dict[str, Any]:
    """As TransactionShape."""
    return {
        "id": row.id,
        "day": row.day,
        "authorized_on": row.authorized_on,
        "amount": str(row.amount),
        "currency": row.currency,
        "description": row.description,
        "account_id": row.account_id,
        "account": names.accounts[row.account_id],
        "merchant_id": row.merchant_id,
        "merchant": names.merchants.get(row.merchant_id, ""),
        "category_id": row.category_id,
        "category": names.categories[row.category_id],
        "category_source": row.category_source,
        "confidence": row.confidence,
        "reason": row.reason,
        "suggestion_id": row.suggestion_id,
        "suggestion": names.categories.get(row.suggestion_id, ""),
        "note": row.note,
        "tags": names.tags.get(row.id, []),
        "pending": row.pending,
        "excluded": row.excluded,
        "origin": row.origin,
        "channel": row.channel,
        "part_of_id": row.part_of_id,
        "is_split": row.is_split,
        "parts": [_split_part(part, names) for part in parts],
        "edited": list(row.edited),
        "locks": [{"field": name, "set_at": at} for name, at in sorted(row.edited.items()) if name != "removed"],
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _split_part(row: PlainRow, names: Names) -> dict[str, Any]:
    return {
        "id": row.id,
        "amount": str(row.amount),
        "category_id": row.category_id,
        "category": names.categories[row.category_id],
        "merchant": names.merchants.get(row.merchant_id, ""),
        "note": row.note,
        "tags": names.tags.get(row.id, []),
        "excluded": row.excluded,
    }


def statistics(found: Statistics) -> dict[str, Any]:
    """As StatisticsShape."""
    return {
        "totals": [_total(total) for total in found.summary.totals],
        "pending": found.summary.pending,
        "by_category": [_part(part) for part in found.by_category],
        "by_merchant": [_part(part) for part in found.by_merchant],
        "by_month": [{"month": part.name, **_total(part.total)} for part in found.by_month],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"id": part.key, "name": part.name, **_total(part.total)}


def _total(total: Total) -> dict[str, Any]:
    return {
        "currency": total.currency,
        "count": total.count,
        "money_in": str(total.money_in),
        "money_out": str(total.money_out),
        "net": str(total.net),
    }
