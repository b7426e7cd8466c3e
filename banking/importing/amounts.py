"""Amounts as people and programs write them, read exactly: no float, and rather not at all than wrong."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from banking.importing.facts import Guess

MINUS = dict.fromkeys(map(ord, "−–—‒﹣－‑"), "-")
GAPS = dict.fromkeys(map(ord, " \u00a0\u2009\u202f\u2007\u3000\t'’`´_"))
EMPTY = {"", "-", "--", "n/a", "na", "none", "null", "nil"}
SIGNED_WORD = re.compile(r"^(cr|dr|db)\.?(?=[^a-z])|(cr|dr|db|[cdsh])\.?$", re.IGNORECASE)
OUT_WORDS = {"dr", "db", "d", "s"}
LETTERS = re.compile(r"(?:[a-z]{1,3}\$|(?<![a-z])(?:rs\.?|fr\.?|kr\.?|zł|kč|lei|[a-z]{3}))(?![a-z])", re.IGNORECASE)
POINT = re.compile(r"\d+(?:\.\d+)?|\.\d+|\d+\.|\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?")
COMMA = re.compile(r"\d+(?:,\d+)?|,\d+|\d+,|\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d*)?")
MOST_DIGITS = 24


def is_empty(text: str) -> bool:
    """Whether the cell says nothing."""
    return len(text) < 6 and text.strip().lower() in EMPTY


def amount_of(text: str, decimal: str = ".") -> Decimal | None:
    """The amount with `decimal` as its decimal sign; None for what is none, or not grouped as numbers are."""
    try:
        return _plain(text, decimal)
    except ValueError:
        return None


def _plain(text: str, decimal: str) -> Decimal:
    if len(text) > 60:
        raise ValueError
    if decimal == "." and _SIMPLE.fullmatch(text):
        return Decimal(text)
    body, negative = _stripped(text)
    pattern = POINT if decimal == "." else COMMA
    if not body or len(body) > MOST_DIGITS or not body.isascii() or not pattern.fullmatch(body):
        raise ValueError
    other = "," if decimal == "." else "."
    number = Decimal(body.replace(other, "").replace(",", "."))
    return -number if negative else number


_CENTS = re.compile(r"-?\d{1,12}[.,]\d\d", re.ASCII)
_SIMPLE = re.compile(r"-?\d{1,12}(?:\.\d{1,4})?", re.ASCII)


def _stripped(text: str) -> tuple[str, bool]:
    """Digits and separators only, and whether the amount is negative."""
    text = unicodedata.normalize("NFKC", text.strip().strip('="')).translate(MINUS).translate(GAPS)
    negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()")
    if (negative_inside := text.startswith(("$(", "-("))) or "(" in text:
        negative, text = negative or negative_inside or "(" in text, text.replace("(", "").replace(")", "")
    if word := SIGNED_WORD.search(text):
        negative = (word[1] or word[2]).lower() in OUT_WORDS or negative
        text = text[: word.start()] + text[word.end() :]
    text = LETTERS.sub("", text)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Sc")
    if text.count("-") + text.count("+") > 1:
        raise ValueError
    negative = negative or "-" in text
    text = text.strip("+-")
    return text.strip(), negative


def decimal_of(texts: Iterable[str], *, likely: str = ".") -> Guess:
    """Which sign is the decimal one, with the value that shows it; `likely` where no value does."""
    votes: dict[str, int] = {".": 0, ",": 0}
    shown: dict[str, str] = {}
    for text in texts:
        if sign := _shows(text):
            votes[sign] += 1
            shown.setdefault(sign, text.strip())
    best = max(votes, key=lambda sign: (votes[sign], sign == likely))
    if votes[best]:
        return Guess("decimal", best, "decimal_seen", {"example": shown[best][:40], "count": votes[best]})
    return Guess("decimal", likely, "decimal_assumed")


def _shows(text: str) -> str:
    """The decimal sign that this value cannot do without; empty where it could be read either way."""
    if len(text) > 60:
        return ""
    if _CENTS.fullmatch(text):
        return text[-3]
    try:
        body, _negative = _stripped(text)
    except ValueError:
        return ""
    point, comma = body.rfind("."), body.rfind(",")
    if point < 0 and comma < 0:
        return ""
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    sign, at = (".", point) if point >= 0 else (",", comma)
    other = "," if sign == "." else "."
    if body.count(sign) > 1:
        return other
    return "" if len(body) - at == 4 and body[0] != "0" and at <= 3 else sign
