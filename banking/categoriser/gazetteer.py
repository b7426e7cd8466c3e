"""Known phrases: brands, bank wording and telling words, found in a normalised text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from banking.categoriser.codes import CODES
from banking.categoriser.facts import Fact
from banking.categoriser.normalise import normalise
from banking.categoriser.people import is_person

KINDS = ("brand", "template", "chain", "word", "common", "person")
"""A "common" phrase is one word that names a brand and means other things too ("target", "delta")."""
_TELLS_NOTHING = frozenset(["clear", "given", "surname"])
_EMPTY = frozenset([*"abcdefghijklmnopqrstuvwxyz", "the", "and", "sp", "of", "to", "at", "my", "la", "el", "le", "de"])
"""Words that tell nothing, though some fact is called so."""
_TRANSFER = CODES.index("TRANSFER")
_HOLE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A known phrase, the index of its code, and the index of its kind in KINDS."""

    text: str
    code: int
    kind: int


@dataclass(frozen=True, slots=True)
class Match:
    """Where in the words a phrase was found: `start` inclusive, `end` exclusive."""

    phrase: Phrase
    start: int
    end: int


class Gazetteer:
    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = {phrase.text: phrase for phrase in phrases}
        self._reach: dict[str, tuple[int, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for text in self.phrases:
            words = text.split()
            lengths.setdefault(words[0], set()).add(len(words))
        self._reach = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}

    def find(self, words: Sequence[str]) -> list[Match]:
        """The longest phrase at each place, from left to right, without overlaps; or somebody's name as a whole."""
        found = self._longest(words)
        if len(words) > 1 and is_person(words) and not any(match.end - match.start > 1 for match in found):
            return [Match(Phrase(" ".join(words), _TRANSFER, KINDS.index("person")), 0, len(words))]
        return found

    def _longest(self, words: Sequence[str]) -> list[Match]:
        found: list[Match] = []
        free = 0
        for start, word in enumerate(words):
            if start < free or word not in self._reach:
                continue
            for size in self._reach[word]:
                phrase = self.phrases.get(word if size == 1 else " ".join(words[start : start + size]))
                if phrase is not None and start + size <= len(words):
                    found.append(Match(phrase, start, start + size))
                    free = start + size
                    break
        return found


def settled(facts: Sequence[Fact]) -> list[Fact]:
    """The facts without chains that gainsay our own brand of the name, or a chain named before.

    OpenStreetMap lists the cafe, the pump and the cash machine of a supermarket under the supermarket's name.
    """
    codes: dict[str, str] = {normalise(fact.text): fact.code for fact in facts if fact.kind == "brand"}
    for fact in facts:
        if fact.kind == "chain":
            codes.setdefault(normalise(fact.text), fact.code)
    return [fact for fact in facts if fact.kind != "chain" or codes[normalise(fact.text)] == fact.code]


def phrases(facts: Sequence[Fact]) -> list[Phrase]:
    """One phrase per text; where facts differ, our own brand wins over wording, chains and words."""
    best: dict[str, Phrase] = {}
    common = _common(facts)
    for fact in facts:
        if fact.code not in CODES or fact.kind not in KINDS:
            continue
        for text in _texts(fact):
            kind = KINDS.index("common" if text in common and fact.kind in ("brand", "chain") else fact.kind)
            if kind == KINDS.index("common") and text in _EMPTY:
                continue
            if text and (text not in best or kind < best[text].kind):
                best[text] = Phrase(text, CODES.index(fact.code), kind)
    return [best[text] for text in sorted(best)]


def _common(facts: Sequence[Fact]) -> frozenset[str]:
    """Single words that occur in facts of several codes, or in names of people and places.

    Not those told to be clear: "walmart pharmacy" makes nothing else of "walmart".
    """
    codes: dict[str, set[str]] = {}
    for fact in facts:
        for word in normalise(fact.text).split() if fact.kind not in _TELLS_NOTHING else ():
            codes.setdefault(word, set()).add(fact.code or fact.kind)
    clear = {fact.text for fact in facts if fact.kind == "clear"}
    return frozenset(word for word, found in codes.items() if len(found) > 1 and word not in clear)


def _texts(fact: Fact) -> list[str]:
    if fact.kind != "template":
        return [normalise(fact.text)]
    pieces = [normalise(piece) for piece in _HOLE.split(fact.text)]
    return [max(pieces, key=len)] if pieces and len(max(pieces, key=len)) > 3 else []
