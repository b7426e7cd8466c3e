"""What is known or guessed about the books of somebody who signs up."""

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts import zones


@dataclass(frozen=True, slots=True)
class Wishes:
    """A fiscal year start is (month, day); an empty business name means no business."""

    locale: str = "en-US"
    currency: str = "USD"
    time_zone: str = "UTC"
    business_name: str = ""
    fiscal_year_start: tuple[int, int] = (1, 1)


def guessed_locale(request: HttpRequest) -> str:
    """The browser's first language that names a region, such as `en-GB`; else American English."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (locale := _parsed(tag)) and locale.territory:
            return str(locale).replace("_", "-")[:20]
    return "en-US"


def currency_of(locale: str) -> str:
    """The money of a locale's region today: `GBP` for `en-GB`."""
    parsed = _parsed(locale)
    known = get_territory_currencies(parsed.territory) if parsed and parsed.territory else []
    return str(known[-1]) if known else "USD"


def known_zone(name: str) -> str:
    """The time zone if it is one, else UTC: a browser's guess never stops anybody from signing up."""
    return name if name in zones.names() else "UTC"


def _parsed(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
