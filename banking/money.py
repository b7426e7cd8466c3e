"""Amounts: exact decimals in Python, integers of ten-thousandths in the database."""

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLACES = 4
SCALE = 10**PLACES
_EXACT = Context(prec=40, traps=[InvalidOperation, Inexact])


def places_of(currency: str) -> int:
    """Decimal places in common use: 2 for USD, 0 for JPY, 3 for KWD; 4 where the code is not a currency."""
    try:
        return min(int(get_currency_precision(currency)), PLACES) if len(currency) == 3 else PLACES
    except (KeyError, ValueError):
        return PLACES


@dataclass(frozen=True, slots=True)
class Units:
    """Whole numbers that stand for decimals of at most so many places, below `largest`; and how others are refused."""

    places: int
    largest: Decimal
    float_refused: "StrOrPromise"
    large_refused: "StrOrPromise"
    places_refused: "StrOrPromise"
    other_refused: "StrOrPromise"

    def of(self, value: Decimal | int | str) -> int:
        """Raise ValidationError for a float, a non-number, too many places or too large a value."""
        if isinstance(value, float):
            raise ValidationError(self.float_refused, code="float")
        try:
            number = Decimal(value)
            if not -self.largest < number < self.largest:
                raise ValidationError(self.large_refused, code="large")
            return int(_EXACT.to_integral_exact(_EXACT.scaleb(number, self.places)))
        except Inexact as error:
            raise ValidationError(self.places_refused, code="places") from error
        except (InvalidOperation, TypeError, ValueError) as error:
            raise ValidationError(self.other_refused, code="number") from error


AMOUNTS = Units(
    places=PLACES,
    largest=Decimal(10) ** 14,
    float_refused=_("An amount is never a float."),
    large_refused=_("This amount is too large."),
    places_refused=_("An amount has at most four decimal places."),
    other_refused=_("This is not an amount."),
)
to_units = AMOUNTS.of
"""An amount in ten-thousandths."""


def from_units(units: int) -> Decimal:
    """An exact Decimal with at least two places."""
    amount = Decimal(units).scaleb(-PLACES)
    return amount.quantize(Decimal("0.01")) if units % 100 == 0 else amount


class AmountField(models.BigIntegerField):  # type: ignore[type-arg]  # the stub's parameters are not subscriptable at run time
    """Reads and writes `Decimal`, stores ten-thousandths; sums over it are exact on every database."""

    units: ClassVar[Units] = AMOUNTS

    if TYPE_CHECKING:
        _pyi_private_set_type: Decimal | int | str | Combinable  # type: ignore[assignment]  # not the stored integer
        _pyi_private_get_type: Decimal  # type: ignore[assignment]  # not the stored integer

    def read(self, units: int) -> Decimal:
        return from_units(units)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else self.read(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        return None if value in (None, "") else self.read(self.units.of(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return self.units.of(value)

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]  # null stays null in the journal
        value = self.value_from_object(obj)
        return None if value is None else format(value, "f")

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "max_digits": 18, "decimal_places": self.units.places, **kwargs}
        )
