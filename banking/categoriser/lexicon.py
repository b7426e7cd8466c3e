"""Words glued together on statements, taken apart by the words of the known phrases: "districtvet" is a vet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

SHORTEST = 9
"""Shorter words are never taken apart."""
PIECE, LONGEST_PIECE, PIECES = 3, 14, 4
MEAN_PIECE = 4
"""Many short pieces fit anything: on average a piece must have so many letters."""
LOOKED_AT = 2
"""Names stand at the start; what is glued later is a place."""


class Lexicon:
    def __init__(self, phrases: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._names: dict[str, tuple[str, ...]] = {}
        for phrase in phrases:
            words = tuple(phrase.split())
            self._counts.update(words)
            if len(words) > 1 and len(phrase) > SHORTEST:
                self._names["".join(words)] = words
        self._total = sum(self._counts.values())
        self._seen: dict[str, tuple[str, ...]] = {}

    def split(self, text: str) -> list[str]:
        """The words of the text, the first ones taken apart where they are glued."""
        words = text.split()
        if not any(len(word) >= SHORTEST for word in words[:LOOKED_AT]):
            return words
        return [piece for word in words[:LOOKED_AT] for piece in self.parted(word)] + words[LOOKED_AT:]

    def parted(self, word: str) -> Sequence[str]:
        """The pieces of a glued word; the word alone where it is known or cannot be taken apart."""
        if len(word) < SHORTEST or word in self._counts:
            return (word,)
        if word not in self._seen:
            self._seen[word] = self._names.get(word) or self._likeliest(word)
        return self._seen[word]

    def _likeliest(self, word: str) -> tuple[str, ...]:
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *[None] * len(word)]
        for end in range(PIECE, len(word) + 1):
            for start in range(max(0, end - LONGEST_PIECE), end - PIECE + 1):
                before, count = best[start], self._counts[word[start:end]]
                if before is None or count < 2 or len(before[1]) == PIECES:
                    continue
                found = (before[0] + log(count / self._total), (*before[1], word[start:end]))
                best[end] = max(found, best[end] or found)
        last = best[-1]
        return last[1] if last and len(word) >= MEAN_PIECE * len(last[1]) else (word,)
