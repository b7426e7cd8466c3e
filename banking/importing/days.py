"""Days as people and programs write them, and the order of day and month with the evidence for it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from banking.importing.facts import Guess

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
WEEK = re.compile(r"\d{4}-?W\d{2}-?\d")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?:\.\d+)?(?:\[[^\]]*\])?(?!\d)")
NUMBERS = re.compile(r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.'’\s]\s*(\d{1,4})(?!\d)")
WORDED = re.compile(
    r"(?:\w+\.?,\s*)?(\d{1,2})(?:st|nd|rd|th|\.|º)?[\s\-/]*(?:de\s+|of\s+)?([^\W\d]{3,})\.?[,\s\-/]*(?:de\s+)?(\d{4}|\d{2})(?!\d)"
)
WORD_FIRST = re.compile(
    r"(?:[^\W\d]+,?\s+)?([^\W\d]{3,})\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?[,\s\-/]+(\d{4}|\d{2})(?!\d|:)"
)
EAST = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})")
MONTHS = (
    "jan ene gen sty led sij ιαν янв",
    "feb fev fév lut úno uno vel φεβ фев",
    "mar mär mrz maa mrt bre ožu μαρ мар",
    "apr avr abr kwi dub tra απρ апр",
    "may mai mei mag maj kvě kve svi μαι май мая",
    "jun jui juin giu cze čer cer lip ιουν июн",
    "jul juil lug srp ιουλ июл",
    "aug aoû aou ago sie srp kol αυγ авг",
    "sep set wrz zář zar ruj σεπ сен",
    "oct okt ott out paź paz říj rij lis οκτ окт",
    "nov lis stu νοε ноя",
    "dec dez dic déc gru pro des δεκ дек",
)
FULL = {"juillet": 7, "juin": 6, "červen": 6, "červenec": 7, "lipiec": 7, "lipca": 7, "listopad": 11, "srpen": 8}
EARLIEST, LATEST = 1900, 2200
SERIAL = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
MOMENT = re.compile(r"1\d{9}(?:\d{3})?")
MOST_COMPARED = 20_000
ORDERS = ("ymd", "dmy", "mdy")


@lru_cache(maxsize=20_000)
def day_of(text: str, order: str) -> date | None:
    """The day; `order` (ymd, dmy or mdy) says how numbers that could be read in several ways are meant."""
    text = text.strip().strip('="')[:60]
    try:
        return _read(text, order)
    except ValueError:
        return None


def _read(text: str, order: str) -> date | None:
    if found := ISO.match(text):
        return _date(found[1], found[2], found[3])
    if found := COMPACT.match(text):
        return _date(found[1], found[2], found[3])
    if WEEK.match(text):
        return date.fromisoformat(text[:10].rstrip("T "))
    if found := NUMBERS.match(text):
        return _ordered(found[1], found[2], found[3], order)
    if found := WORDED.match(text):
        return _date(found[3], _month(found[2]), found[1])
    if found := WORD_FIRST.match(text):
        return _date(found[3], _month(found[1]), found[2])
    if found := EAST.match(unicodedata.normalize("NFKC", text)):
        return _date(found[1], found[2], found[3])
    if order == "serial" and SERIAL.fullmatch(text):
        return date(1899, 12, 30) + timedelta(days=int(text[:5]))
    if order == "moment" and MOMENT.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).date()
    return None


def _ordered(one: str, two: str, three: str, order: str) -> date:
    if len(one) >= 3 or (order == "ymd" and len(three) <= 2):
        return _date(one, two, three)
    return _date(three, one, two) if order == "mdy" else _date(three, two, one)


def _date(year: str, month: str | int, day: str) -> date:
    number = int(year)
    if len(year) <= 2:
        number += 1900 if number >= 70 else 2000
    if not EARLIEST <= number <= LATEST:
        raise ValueError(year)
    return date(number, int(month), int(day))


def _month(word: str) -> int:
    word = word.lower()
    if word in FULL:
        return FULL[word]
    for length in (4, 3):
        for number, names in enumerate(MONTHS, 1):
            if word[:length] in names.split():
                return number
    raise ValueError(word)


def order_of(texts: Sequence[str], *, likely: str, why: str) -> Guess:
    """The order in which days are written; `likely`, for the reason `why`, where these days fit several."""
    texts = [text.strip().strip('="') for text, _same in groupby(texts) if text.strip()][:MOST_COMPARED]
    for special, pattern in (("serial", SERIAL), ("moment", MOMENT)):
        if texts and all(pattern.fullmatch(text) for text in texts[:200]):
            return Guess("date_order", special, f"days_{special}", {"example": texts[0]})
    numeric = [(text, found) for text in texts if (found := NUMBERS.match(text)) and not ISO.match(text)]
    if not numeric:
        example = texts[0] if texts else ""
        return Guess("date_order", "ymd", "days_plain", {"example": example[:40]})
    distinct = {text for text, _ in numeric}
    counts = {order: sum(day_of(text, order) is not None for text in distinct) for order in ORDERS}
    most = max(counts.values())
    fitting = [order for order in ORDERS if counts[order] == most]
    years = [found for _, found in numeric if len(found[3]) == 4 or len(found[3]) == 1]
    if "ymd" in fitting and (years or all(int(found[1]) <= 31 for _, found in numeric)):
        fitting = [order for order in fitting if order != "ymd"] or fitting
    if len(fitting) == 1:
        return _decided(numeric, fitting[0])
    return _by_sequence([text for text, _ in numeric], fitting) or Guess(
        "date_order", likely if likely in fitting else fitting[0], why, {"example": numeric[0][0][:40]}
    )


def _decided(numeric: Sequence[tuple[str, "re.Match[str]"]], order: str) -> Guess:
    """With a day that no other order can read."""
    others = [each for each in ORDERS if each != order and (each != "ymd" or order == "ymd")]
    for text, _found in numeric:
        if day_of(text, order) and not any(day_of(text, other) for other in others if other != "ymd"):
            return Guess("date_order", order, "days_only", {"example": text[:40]})
    return Guess("date_order", order, "days_most", {"example": numeric[0][0][:40]})


def _by_sequence(texts: Sequence[str], orders: Sequence[str]) -> Guess | None:
    """The order in which the days rise or fall steadily and stay close together, where only one does."""
    if len(texts) < 3:
        return None
    jumps: dict[str, int] = {}
    spans: dict[str, int] = {}
    for order in orders:
        days = [day for text in texts if (day := day_of(text, order))]
        steps = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False)]
        jumps[order] = min(sum(step < 0 for step in steps), sum(step > 0 for step in steps))
        spans[order] = sum(abs(step) for step in steps)
    best = min(orders, key=lambda order: (jumps[order], spans[order]))
    if all(jumps[best] < jumps[each] for each in orders if each != best):
        return Guess("date_order", best, "days_in_sequence", {"count": len(texts)})
    return None
