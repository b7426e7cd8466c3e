"""Amounts as people type them: `42.10`, `$42`, `>100`, `100..200`. Sizes: the sign of a row does not matter."""

import re
from dataclasses import dataclass
from decimal import Decimal

LARGEST = Decimal(10) ** 14
OVER, UNDER = frozenset({"over", "above"}), frozenset({"under", "below"})
CENT = Decimal("0.01")
_SIGNS = "$€£¥₹"
_NUMBER = rf"[{_SIGNS}]?\s?(\d[\d.,]*)[{_SIGNS}]?"
_ONE = re.compile(rf"(>=|<=|>|<|=)?{_NUMBER}")
_RANGE = re.compile(rf"{_NUMBER}(?:\.\.\.?|–){_NUMBER}")


@dataclass(frozen=True, slots=True)
class Sizes:
    """From `low` to `high`, both inclusive; None is open. `strict`: more or less than was written, by a cent."""

    low: Decimal | None
    high: Decimal | None
    strict: bool = False


def sizes(word: str) -> Sizes | None:
    """What the word says about an amount. A bare whole number is none: it may be a part of a name."""
    if found := _RANGE.fullmatch(word):
        ends = [number(found[1].rstrip(".")), number(found[2])]
        if ends[0] is None or ends[1] is None:
            return None
        return between(ends[0], ends[1])
    found = _ONE.fullmatch(word)
    if not found or (size := number(found[2])) is None:
        return None
    sign = found[1] or ""
    if not sign and word.isdecimal():
        return None
    return compared(sign, size, whole="." not in str(size) and sign != "=")


def between(one: Decimal, other: Decimal) -> Sizes:
    """Whichever is the larger."""
    return Sizes(min(one, other), max(one, other))


def compared(sign: str, size: Decimal, *, whole: bool = False) -> Sizes:
    """`whole`: 42 without cents is any amount from 42.00 to 42.99."""
    if sign in {">", ">="}:
        return Sizes(size + CENT, None, strict=True) if sign == ">" else Sizes(size, None)
    if sign in {"<", "<="}:
        return Sizes(None, size - CENT, strict=True) if sign == "<" and size else Sizes(None, size)
    return Sizes(size, size + 1 - CENT if whole else size)


def number(text: str) -> Decimal | None:
    """`1,234.50`, `1.234,50`, `42,10`: the last sign followed by one or two digits is the decimal one."""
    if not text.isascii() or len(text) > 20:
        return None
    whole, cents = text, ""
    if found := re.fullmatch(r"(.*\d)[.,](\d{1,2})", text):
        whole, cents = found[1], found[2]
    if not re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+|\d+", whole):
        return None
    size = Decimal(re.sub(r"[.,]", "", whole) + (f".{cents}" if cents else ""))
    return size if size < LARGEST else None
