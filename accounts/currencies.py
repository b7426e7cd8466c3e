"""The world's currencies in use."""

from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies


@cache
def codes() -> frozenset[str]:
    """ISO 4217 codes that are legal tender somewhere today."""
    territories = get_global("territory_currencies")
    return frozenset(code for territory in territories for code in get_territory_currencies(territory))


@cache
def choices() -> list[tuple[str, str]]:
    """Code and name, by code, the most used first."""
    names = Locale("en").currencies
    first = ["USD", "EUR", "GBP", "INR", "CAD", "AUD", "JPY", "CHF"]
    rest = sorted(codes().difference(first))
    return [(code, f"{code} · {names.get(code, code)}") for code in [*first, *rest]]
