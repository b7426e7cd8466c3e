"""Days in words: "yesterday", "last march", "march 2025", "2026-03-01..2026-03-31", "last 30 days", "since may"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

FIRST_YEAR, LAST_YEAR = 1970, 2199
LONGEST = 4
"""The most words of one stretch of days, a preposition not counted."""
DAY = timedelta(days=1)
PLAIN = frozenset({"in", "on", "from", "during"})
OPEN = frozenset({"since", "after", "before", "until", "till"})
LAST, THIS = frozenset({"last", "past", "previous"}), frozenset({"this", "current"})
UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


@dataclass(frozen=True, slots=True)
class Span:
    """From `start`, inclusive, to `end`, exclusive; None is open. `count` words said it."""

    start: date | None
    end: date | None
    count: int


def leading(words: Sequence[str], *, today: date, locale: str = "en") -> Span | None:
    """The days that the lower-case words begin with, if they do."""
    if not words:
        return None
    first, rest = words[0], words[1:]
    if first in PLAIN and (found := leading(rest, today=today, locale=locale)):
        return Span(found.start, found.end, found.count + 1)
    if first in OPEN and (found := _leading(rest, today, locale)):
        return _opened(first, found)
    return _ranged(first, today, locale) or _leading(words, today, locale)


def _opened(word: str, found: Span) -> Span:
    start, end, count = found.start, found.end, found.count + 1
    if word == "since":
        return Span(start, None, count)
    if word == "after":
        return Span(end, None, count)
    return Span(None, start if word == "before" else end, count)


def _ranged(word: str, today: date, locale: str) -> Span | None:
    """`2026-03-01..2026-03-31`, `march..may`, `2025..`; both ends belong to it."""
    if ".." not in word:
        return None
    low, high = (_leading([side], today, locale) if side else None for side in word.split("..", 1))
    sides = word.split("..", 1)
    if (sides[0] and not low) or (sides[1] and not high) or not (low or high):
        return None
    start, end = low.start if low else None, high.end if high else None
    if start and end and start >= end:
        start, end = (high.start if high else None), (low.end if low else None)
    return Span(start, end, 1)


def _leading(words: Sequence[str], today: date, locale: str) -> Span | None:
    months = {**month_names(locale), **month_names("en")}
    for size in range(min(LONGEST, len(words)), 0, -1):
        days = _said(list(words[:size]), today, months)
        if days and all(FIRST_YEAR <= day.year <= LAST_YEAR + 1 for day in days):
            return Span(days[0], days[1], size)
    return None


Days = tuple[date, date] | None


def _said(words: list[str], today: date, months: Mapping[str, int]) -> Days:
    try:
        if len(words) == 1:
            return _one_word(words[0], today, months)
        if words[0] in LAST | THIS:
            return _relative(words[0] in LAST, words[1:], today, months)
        return _dated(words, today, months)
    except (ValueError, OverflowError):  # the 31st of February, the year 0
        return None


def _one_word(word: str, today: date, months: Mapping[str, int]) -> Days:
    if word in {"today", "yesterday"}:
        day = today if word == "today" else today - DAY
        return day, day + DAY
    if found := _DAY.fullmatch(word):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return day, day + DAY
    if (found := _MONTH.fullmatch(word)) and 1 <= int(found[2]) <= 12:
        return _month(int(found[1]), int(found[2]))
    if re.fullmatch(r"(?:19[7-9]\d|20\d\d|21\d\d)", word) and int(word) <= today.year + 1:
        return date(int(word), 1, 1), date(int(word) + 1, 1, 1)
    if word in months:
        number = months[word]
        return _month(today.year if number <= today.month else today.year - 1, number)
    return None


def _relative(is_last: bool, words: list[str], today: date, months: Mapping[str, int]) -> Days:
    """What follows "last" or "this"."""
    if len(words) == 2 and is_last and words[0].isdecimal() and 0 < int(words[0]) < 10_000:
        return _back(int(words[0]), words[1], today)
    if len(words) != 1:
        return None
    unit = words[0]
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + (7 if is_last else 0))
        return monday, monday + timedelta(days=7)
    if unit == "month":
        return _month(today.year, today.month - 1 if is_last else today.month)
    if unit == "quarter":
        first = (today.month - 1) // 3 * 3 + 1 - (3 if is_last else 0)
        return _month(today.year, first)[0], _month(today.year, first + 2)[1]
    if unit == "year":
        year = today.year - is_last
        return date(year, 1, 1), date(year + 1, 1, 1)
    if unit in months:
        number = months[unit]
        return _month(today.year - (is_last and number >= today.month), number)
    return None


def _back(count: int, unit: str, today: date) -> Days:
    """The last 30 days, today among them."""
    if unit in UNITS:
        return today - timedelta(days=count * UNITS[unit]) + DAY, today + DAY
    if unit.rstrip("s") in {"month", "year"}:
        at = today.year * 12 + today.month - 1 - count * (12 if unit.startswith("year") else 1)
        start = date(at // 12, at % 12 + 1, min(today.day, 28))
        return start + DAY, today + DAY
    return None


def _dated(words: list[str], today: date, months: Mapping[str, int]) -> Days:
    """`march 2025`, `5 march`, `march 5th 2025`, `q1 2025`."""
    *front, last = words
    year = int(last) if re.fullmatch(r"\d{4}", last) else None
    names = front if year else words
    if year and len(names) == 1 and (found := re.fullmatch(r"q([1-4])", names[0])):
        return _month(year, int(found[1]) * 3 - 2)[0], _month(year, int(found[1]) * 3)[1]
    named = [months[name] for name in names if name in months]
    numbers = [int(found[1]) for name in names if name not in months and (found := _ORDINAL.fullmatch(name))]
    if len(named) != 1 or len(named) + len(numbers) != len(names) or len(numbers) > 1:
        return None
    if not numbers:
        return _month(year, named[0]) if year else None
    day = date(year or today.year, named[0], numbers[0])
    if year is None and day > today:
        day = date(today.year - 1, named[0], numbers[0])
    return day, day + DAY


def _month(year: int, month: int) -> tuple[date, date]:
    """Its first day and the day after its last; a month before the first or after the last is in another year."""
    at = year * 12 + month - 1
    return date(at // 12, at % 12 + 1, 1), date((at + 1) // 12, (at + 1) % 12 + 1, 1)


@lru_cache(maxsize=32)
def locale_of(name: str) -> Locale:
    """`de-DE` as Babel knows it; English for one that it does not."""
    try:
        return Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=32)
def month_names(locale: str) -> Mapping[str, int]:
    """Long and short names of the months in the language of the locale, in lower case."""
    known = locale_of(locale)
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in known.months[context][width].items():
                found.setdefault(name.casefold().rstrip("."), number)
    if known.language == "en":
        found["sept"] = 9
    return found
