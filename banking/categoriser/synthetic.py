"""Seeded, noisy strings in the manner of bank statements, made from the facts."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from banking.categoriser.codes import CODES
from banking.categoriser.facts import Fact
from banking.categoriser.normalise import normalise

COPIES = {"brand": 3, "chain": 2, "word": 6, "template": 4}
_HOLE = re.compile(r"\{(\w+)\}")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_VOWELS = re.compile(r"(?<=\w)[aeiou]")


@dataclass(frozen=True, slots=True)
class Example:
    """Normalised text, the index of its code, and the place of the fact it was made from."""

    text: str
    code: int
    fact: int


def examples(facts: Sequence[Fact], *, seed: int) -> list[Example]:
    """The same facts and seed give the same examples."""
    return list(_Maker(facts, random.Random(seed)).all())  # noqa: S311 - noise for training, nothing secret


class _Maker:
    def __init__(self, facts: Sequence[Fact], chance: random.Random) -> None:
        self.facts = facts
        self.chance = chance
        self.by_kind: dict[str, list[str]] = {}
        self.words: dict[str, list[str]] = {}
        for fact in facts:
            self.by_kind.setdefault(fact.kind, []).append(fact.text)
            if fact.kind == "word":
                self.words.setdefault(fact.code, []).append(normalise(fact.text))

    def all(self) -> Iterator[Example]:
        for at, fact in enumerate(self.facts):
            if fact.code not in CODES:
                continue
            for copy in range(COPIES.get(fact.kind, 0)):
                text = self._text(fact, plain=copy == 0)
                if text:
                    yield Example(text, CODES.index(fact.code), at)

    def _text(self, fact: Fact, *, plain: bool) -> str:
        if fact.kind == "template":
            return normalise(_HOLE.sub(self._filled, fact.text))
        name = normalise(fact.text)
        if plain:
            return name
        return self._around_word(name, fact.code) if fact.kind == "word" else self._brand(name, fact.code)

    def _filled(self, hole: re.Match[str]) -> str:
        kinds = {"P": "person", "CO": "company", "CITY": "city", "ST": "state", "BANK": "bank"}
        name = hole[1]
        if name in kinds:
            return self.chance.choice(self.by_kind.get(kinds[name], [""]))
        if name == "MON":
            return self.chance.choice(_MONTHS)
        return str(self.chance.randrange(10 ** int(name[1:])))

    def _brand(self, name: str, code: str) -> str:
        roll = self.chance.random()
        if roll < 0.15:
            name = name.replace(" ", "")
        elif roll < 0.25:
            name = self._shortened(name)
        if self.chance.random() < 0.15 and code in self.words:
            name = f"{name} {self.chance.choice(self.words[code])}"
        if self.chance.random() < 0.4:
            name = f"{name} {self._tail()}"
        return self._cut(name)

    def _shortened(self, name: str) -> str:
        words = name.split()
        words[-1] = _VOWELS.sub("", words[-1])
        return "".join(words) if self.chance.random() < 0.5 else " ".join(words)

    def _around_word(self, word: str, code: str) -> str:
        before = [self._filler() for _ in range(self.chance.choice((0, 1, 1, 2)))]
        after = [self.chance.choice(self.words[code])] if self.chance.random() < 0.3 else []
        if self.chance.random() < 0.3:
            after.append(self._tail())
        return self._cut(" ".join([*before, word, *after]))

    def _filler(self) -> str:
        return normalise(self.chance.choice(self.by_kind.get("name") or self.by_kind.get("person") or ["a"]))

    def _tail(self) -> str:
        place = self.chance.choice(self.by_kind.get("city") or ["town"]).lower()
        return place[: self.chance.randrange(3, 14)].strip()

    def _cut(self, text: str) -> str:
        return text[: self.chance.randrange(9, 24)].strip() if self.chance.random() < 0.2 else text
