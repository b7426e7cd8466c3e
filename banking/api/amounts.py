"""Amounts in the bodies of the API."""

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from banking.exchange import PLACES as RATE_PLACES
from banking.money import PLACES

DIGITS = 18


class AmountInput(serializers.DecimalField):
    """A number, or a text as the description's pattern has it: without exponent, and in the digits 0 to 9."""

    places = PLACES

    def __init__(self, **options: Any) -> None:  # DRF's field options
        super().__init__(max_digits=DIGITS, decimal_places=self.places, **options)
        self._written = re.compile(rf"-?[0-9]{{0,{DIGITS - self.places}}}(\.[0-9]{{0,{self.places}}})?")

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, str) and not self._written.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^\d{0,14}(?:\.\d{0,4})?$"})
class NoLessThanNothing(AmountInput):
    """The same without a minus sign."""

    def __init__(self, **options: Any) -> None:  # DRF's field options
        super().__init__(min_value=0, **options)


class RateNumber(AmountInput):
    """The same with the places of an exchange rate."""

    places = RATE_PLACES
