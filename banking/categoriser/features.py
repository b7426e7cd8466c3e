"""Words, pairs of words and letter groups of a normalised text, and their weights."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SHORTEST, LONGEST = 2, 5


def grams(word: str) -> set[str]:
    """Letter groups of 2 to 5 within the word and its borders ("_": border)."""
    padded = f"_{word}_"
    end = len(padded)
    return {padded[at : at + size] for size in range(SHORTEST, LONGEST + 1) for at in range(end - size + 1)}


def pairs(words: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in zip(words, words[1:], strict=False)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Places of the known features: words and pairs in `words`, letter groups in `grams`; one idf for each place."""

    words: dict[str, int]
    grams: dict[str, int]
    idf: Floats

    @property
    def size(self) -> int:
        return len(self.idf)


def learn(texts: Sequence[str], *, rarest_word: int = 2, rarest_gram: int = 3) -> Vocabulary:
    """The features that occur often enough, in a fixed order."""
    words: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for text in texts:
        split = text.split()
        words.update({*split, *pairs(split)})
        letters.update(set().union(*map(grams, split)))
    kept_words = sorted(word for word, count in words.items() if count >= rarest_word)
    kept_grams = sorted(gram for gram, count in letters.items() if count >= rarest_gram)
    counts = [words[word] for word in kept_words] + [letters[gram] for gram in kept_grams]
    idf = np.array([log((1 + len(texts)) / (1 + count)) + 1 for count in counts], dtype=np.float32)
    return Vocabulary(_places(kept_words, 0), _places(kept_grams, len(kept_words)), idf)


def _places(names: Iterable[str], start: int) -> dict[str, int]:
    return {name: place for place, name in enumerate(names, start)}


def rows(texts: Sequence[str], known: Vocabulary) -> tuple[Integers, Integers, Floats]:
    """(row borders, places, values) of a CSR matrix.

    Words with pairs and letter groups are each scaled to length 1, so a text weighs at most 2.
    """
    borders, places, values = [0], [], []
    cache: dict[str, list[int]] = {}
    for text in texts:
        split = text.split()
        named = [known.words[name] for name in (*split, *pairs(split)) if name in known.words]
        lettered: list[int] = []
        for word in split:
            if word not in cache:
                cache[word] = sorted(known.grams[gram] for gram in grams(word) if gram in known.grams)
            lettered.extend(cache[word])
        for block in (named, lettered):
            weights = known.idf[block]
            places.append(np.array(block, dtype=np.int64))
            values.append(weights / max(float(np.sqrt(np.dot(weights, weights))), 1e-9))
        borders.append(borders[-1] + len(named) + len(lettered))
    return np.array(borders), np.concatenate(places), np.concatenate(values).astype(np.float32)
