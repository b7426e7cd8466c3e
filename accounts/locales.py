"""How amounts and dates are written, by language and region."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers


@cache
def choices() -> list[tuple[str, str]]:
    """`en-GB` or `zh-Hans-CN` and what it is called in its own language, for every language with a region."""
    named = [(name.replace("_", "-"), Locale.parse(name)) for name in locale_identifiers()]
    with_region = [(code, locale) for code, locale in named if locale.territory and not locale.variant]
    return sorted(((code, str(locale.display_name or code)) for code, locale in with_region), key=lambda pair: pair[1])


def is_known(code: str) -> bool:
    """Whether amounts can be written this way."""
    try:
        return len(code) <= 20 and bool(Locale.parse(code, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False
