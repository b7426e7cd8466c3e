"""What words mean: "coffee places" is a category, and Starbucks is one of them. No model and no database."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from banking.categoriser import facts
from banking.categoriser.children import child
from banking.categoriser.codes import SYSTEM_CATEGORIES, SYSTEM_OF_CODE

MEANINGS = Path(__file__).parent / "meanings.csv"
LONGEST = 3
"""The most words of a phrase with a meaning, and of a brand that is looked for."""
FILLERS = frozenset(
    "place places shop shops store stores spot spots spending expense expenses cost costs payment payments bill bills "
    "service services purchase purchases company companies merchant merchants station stations".split()
)
"""Words that add nothing after one with a meaning: "coffee places", "streaming services"."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """`codes` are the system category and those inside it, `noun` what a merchant of it is: "a coffee shop"."""

    code: str
    noun: str
    codes: frozenset[str]


def meaning(phrase: str) -> Meaning | None:
    """What a phrase of lower-case words means, if it names a kind of merchant or of spending."""
    return _meanings().get(phrase)


def meant_by() -> Mapping[str, Meaning]:
    """Every phrase with a meaning, in lower case."""
    return _meanings()


def leading_meaning(words: Sequence[str]) -> tuple[Meaning, int, int] | None:
    """The meaning of the longest phrase that the words begin with, its words, and those with the fillers after it."""
    for size in range(min(LONGEST, len(words)), 0, -1):
        if found := meaning(" ".join(words[:size])):
            taken = size
            while taken < len(words) and words[taken] in FILLERS:
                taken += 1
            return found, size, taken
    return None


@lru_cache(maxsize=20_000)
def known_as(merchant: str) -> str:
    """The system category of a merchant by its name or key; empty where the facts do not know it.

    The longest known name that it contains decides; a name of one word must begin it.
    """
    words = _WORD.findall(merchant.casefold().replace("'", "").replace("’", ""))
    for size in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - size + 1 if size > 1 else min(1, len(words))):
            if code := _brands().get(" ".join(words[start : start + size])):
                return child(" ".join(words), code) or SYSTEM_OF_CODE[code]
    return ""


@lru_cache(maxsize=256)
def noun_of(code: str) -> str:
    """What a merchant of the system category is, in words; empty where nothing is written about it."""
    return next((each.noun for each in _meanings().values() if each.code == code), "")


@cache
def _meanings() -> Mapping[str, Meaning]:
    inside: dict[str, set[str]] = {each.code: {each.code} for each in SYSTEM_CATEGORIES}
    for each in SYSTEM_CATEGORIES:
        if each.parent_code:
            inside[each.parent_code].add(each.code)
    found: dict[str, Meaning] = {}
    with MEANINGS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            one = Meaning(row["system"], row["noun"], frozenset(inside[row["system"]]))
            for phrase in row["phrases"].split("; "):
                found.setdefault(phrase, one)
    return found


@cache
def _brands() -> Mapping[str, str]:
    """Name -> code of the sixteen: our own brands before the chains of OpenStreetMap."""
    found: dict[str, str] = {}
    for fact in facts.shipped():
        if fact.kind in {"brand", "chain"} and fact.code in SYSTEM_OF_CODE:
            found.setdefault(" ".join(_WORD.findall(fact.text.casefold().replace("'", ""))), fact.code)
    return found
