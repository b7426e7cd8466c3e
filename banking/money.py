"""Amounts: exact decimals in Python, integers of ten-thousandths in the database."""

from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

PLACES = 4
SCALE = 10**PLACES
LARGEST = Decimal(10) ** 14
_EXACT = Context(prec=40, traps=[InvalidOperation, Inexact])


def places_of(currency: str) -> int:
    """Decimal places in common use: 2 for USD, 0 for JPY, 3 for KWD; 4 where the code is not a currency."""
    try:
        return min(int(get_currency_precision(currency)), PLACES) if len(currency) == 3 else PLACES
    except (KeyError, ValueError):
        return PLACES


def to_units(amount: Decimal | int | str) -> int:
    """Ten-thousandths. Raise ValidationError for a float, a non-number, too many places or too large an amount."""
    if isinstance(amount, float):
        raise ValidationError(_("An amount is never a float."), code="float")
    try:
        number = Decimal(amount)
        if not -LARGEST < number < LARGEST:
            raise ValidationError(_("This amount is too large."), code="large")
        return int(_EXACT.to_integral_exact(_EXACT.multiply(number, SCALE)))
    except Inexact as error:
        raise ValidationError(_("An amount has at most four decimal places."), code="places") from error
    except (InvalidOperation, TypeError, ValueError) as error:
        raise ValidationError(_("This is not an amount."), code="number") from error


def from_units(units: int) -> Decimal:
    """An exact Decimal with at least two places."""
    amount = Decimal(units).scaleb(-PLACES)
    return amount.quantize(Decimal("0.01")) if units % 100 == 0 else amount


class AmountField(models.BigIntegerField):  # type: ignore[type-arg]  # the stub's parameters are not subscriptable at run time
    """Reads and writes `Decimal`, stores ten-thousandths; sums over it are exact on every database."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Decimal | int | str | Combinable  # type: ignore[assignment]  # not the stored integer
        _pyi_private_get_type: Decimal  # type: ignore[assignment]  # not the stored integer

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_units(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        return None if value in (None, "") else from_units(to_units(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_units(value)

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]  # null stays null in the journal
        value = self.value_from_object(obj)
        return None if value is None else format(value, "f")

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "max_digits": 18, "decimal_places": PLACES, **kwargs}
        )
