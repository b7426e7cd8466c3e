"""Exchange rates: exact decimals in Python, integers of ten-billionths in the database; and what is made of them.

One of the base is worth `rate` of the quote. A rate that is turned round or crossed is a fraction, so that nothing is
rounded before the amount is.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from banking.money import AmountField, Units, places_of

PLACES = 10
SHOWN_DIGITS = 8
RATES = Units(
    places=PLACES,
    largest=Decimal(10) ** 8,
    float_refused=_("A rate is never a float."),
    large_refused=_("This rate is too large."),
    places_refused=_("A rate has at most ten decimal places."),
    other_refused=_("This is not a rate."),
)
to_units = RATES.of
"""A rate in ten-billionths."""


def from_units(units: int) -> Decimal:
    """An exact Decimal without zeros at its end."""
    return _without_zeros(Decimal(units).scaleb(-PLACES))


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
    return _without_zeros(context.divide(Decimal(factor.numerator), Decimal(factor.denominator)))


def _without_zeros(rate: Decimal) -> Decimal:
    rate = rate.normalize()
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate


def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


class RateField(AmountField):
    """Reads and writes `Decimal`, stores ten-billionths."""

    units = RATES

    def read(self, units: int) -> Decimal:
        return from_units(units)
