"""Figures in answers of the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from banking.figures import Figure
from banking.forms.filtering import SWITCHES


class FigureShape(serializers.Serializer[Any]):
    """An amount that explains itself: the transactions that `filters` list, times `sign`, add up to it.

    `filters` is null where transactions alone do not: a balance also holds what the account began with, its `opening`
    at /api/accounts/{id}.
    """

    id = serializers.CharField(help_text="The same on every call and on the page.")
    amount = serializers.CharField(help_text="A decimal number such as -12.50.")
    currency = serializers.CharField()
    filters = serializers.DictField(
        allow_null=True,
        help_text="For /api/transactions. `counted` and `exact` are booleans, `category` may be a list.",
    )
    sign = serializers.IntegerField()


def figure(found: Figure) -> dict[str, Any]:
    """As FigureShape."""
    return {
        "id": found.id,
        "amount": str(found.amount),
        "currency": found.currency,
        "filters": None if found.address else _filters(found.filters),
        "sign": found.sign,
    }


def _filters(found: Mapping[str, str | Sequence[str]]) -> dict[str, str | bool | Sequence[str]]:
    return {name: True if name in SWITCHES else value for name, value in found.items()}
