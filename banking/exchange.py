"""Exchange rates: exact decimals in Python, integers of ten-billionths in the database; and what is made of them.

One of the base is worth `rate` of the quote. A rate that is turned round or crossed is a fraction, so that nothing is
rounded before the amount is.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from banking.money import AmountField, places_of

PLACES = 10
SCALE = 10**PLACES
LARGEST = Decimal(10) ** 8
SHOWN_DIGITS = 8
_EXACT = Context(prec=40, traps=[InvalidOperation, Inexact])


def to_units(rate: Decimal | int | str) -> int:
    """Ten-billionths. Raise ValidationError for a float, a non-number, too many places or one out of proportion."""
    if isinstance(rate, float):
        raise ValidationError(_("A rate is never a float."), code="float")
    try:
        number = Decimal(rate)
        if not -LARGEST < number < LARGEST:
            raise ValidationError(_("This rate is too large."), code="large")
        return int(_EXACT.to_integral_exact(_EXACT.multiply(number, SCALE)))
    except Inexact as error:
        raise ValidationError(_("A rate has at most ten decimal places."), code="places") from error
    except (InvalidOperation, TypeError, ValueError) as error:
        raise ValidationError(_("This is not a rate."), code="number") from error


def from_units(units: int) -> Decimal:
    """An exact Decimal without zeros at its end."""
    rate = Decimal(units).scaleb(-PLACES).normalize()
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate


def converted(amount: Decimal, factor: Fraction, *, currency: str) -> Decimal:
    """The amount times the factor, rounded once to what the currency is written in; a half away from zero.

    As Article 5 of Council Regulation (EC) No 1103/97 has it for conversions to and from the euro.
    """
    places = places_of(currency)
    exact = Fraction(amount) * factor * 10**places
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    units = whole + (2 * rest >= exact.denominator)
    return (Decimal(units if exact >= 0 else -units).scaleb(-places) + Decimal(0)).quantize(_unit(max(places, 2)))


def shown(factor: Fraction) -> Decimal:
    """As many digits as a person reads; exact where those say it all."""
    context = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_UP)
    rate = context.divide(Decimal(factor.numerator), Decimal(factor.denominator)).normalize()
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate


def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


class RateField(AmountField):
    """Reads and writes `Decimal`, stores ten-billionths."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_units(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        return None if value in (None, "") else from_units(to_units(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_units(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"max_digits": 18, "decimal_places": PLACES, **kwargs})
