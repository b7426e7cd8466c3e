"""The JSON shapes of everything in one currency. Amounts are decimal strings."""

from typing import Any

from rest_framework import serializers

from banking.api.rates import UsedRateShape, used
from banking.figures import Figure
from banking.queries import Converted, Together

Shape = serializers.Serializer[Any]


class ConvertedShape(Shape):
    """What there is in one currency, and what that is in the book's; `rate` is null where it is the book's already."""

    currency = serializers.CharField()
    net_worth = serializers.CharField()
    assets = serializers.CharField()
    liabilities = serializers.CharField()
    net_worth_converted = serializers.CharField(help_text="Assets less liabilities, each rounded once.")
    assets_converted = serializers.CharField()
    liabilities_converted = serializers.CharField()
    rate = UsedRateShape(allow_null=True)


class TogetherShape(Shape):
    """Everything in the book's currency, at the rates of the day: the plain sums of `parts`.

    Where a rate is missing there is no total. /api/explain/all-net-worth-USD, `all-assets-…` and `all-liabilities-…`
    explain them.
    """

    currency = serializers.CharField()
    day = serializers.DateField()
    net_worth = serializers.CharField(allow_null=True)
    assets = serializers.CharField(allow_null=True)
    liabilities = serializers.CharField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="Currencies that no rate is known of.")
    parts = ConvertedShape(many=True)


class TogetherPointShape(Shape):
    day = serializers.DateField(help_text="The one at whose end it was so.")
    net_worth = serializers.CharField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())


def together(found: Together) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "day": found.day,
        "net_worth": _amount(found.net_worth),
        "assets": _amount(found.assets),
        "liabilities": _amount(found.liabilities),
        "missing": list(found.missing),
        "parts": [_converted(each) for each in found.parts],
    }


def _converted(found: Converted) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "net_worth": str(found.net_worth),
        "assets": str(found.assets),
        "liabilities": str(found.liabilities),
        "net_worth_converted": str(found.net_worth_there),
        "assets_converted": str(found.assets_there),
        "liabilities_converted": str(found.liabilities_there),
        "rate": used(found.rate) if found.rate else None,
    }


def together_point(found: Together) -> dict[str, Any]:
    return {"day": found.day, "net_worth": _amount(found.net_worth), "missing": list(found.missing)}


def _amount(found: Figure | None) -> str | None:
    return str(found.amount) if found else None
