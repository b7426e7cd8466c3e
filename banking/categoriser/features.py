"""Words, pairs of words and letter groups of a normalised text, and their weights."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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

    def narrowed(self, places: Integers) -> "Vocabulary":
        """Only the features at these places, which are in order."""
        new = {old: at for at, old in enumerate(places.tolist())}
        words = {name: new[at] for name, at in self.words.items() if at in new}
        return Vocabulary(words, {name: new[at] for name, at in self.grams.items() if at in new}, self.idf[places])


def learn(texts: Sequence[str], *, rarest_word: int = 2, rarest_gram: int = 3) -> Vocabulary:
    """The features that occur often enough, in a fixed order."""
    named: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for text in texts:
        split = text.split()
        words.update(split)
        named.update({*split, *pairs(split)})
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for gram in grams(word):
            letters[gram] += count
    kept_words = sorted(word for word, count in named.items() if count >= rarest_word)
    kept_grams = sorted(gram for gram, count in letters.items() if count >= rarest_gram)
    counts = np.array([named[word] for word in kept_words] + [letters[gram] for gram in kept_grams])
    idf = np.log((1 + len(texts)) / (1 + np.minimum(counts, len(texts)))) + 1
    return Vocabulary(_places(kept_words, 0), _places(kept_grams, len(kept_words)), idf.astype(np.float32))


def _places(names: Iterable[str], start: int) -> dict[str, int]:
    return {name: place for place, name in enumerate(names, start)}


def rows(texts: Sequence[str], known: Vocabulary) -> tuple[Integers, Integers, Floats]:
    """(row borders, places, values) of a CSR matrix.

    Words with pairs and letter groups are each scaled to length 1, so a text weighs at most 2.
    """
    splits = [text.split() for text in texts]
    named = [[known.words[name] for name in (*split, *pairs(split)) if name in known.words] for split in splits]
    lettered = _lettered(splits, known)
    blocks = [_scaled(*block, known.idf) for block in (_flat(named), lettered)]
    row = np.concatenate([block[0] for block in blocks])
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=len(texts))
    places, values = (np.concatenate([block[at] for block in blocks])[order] for at in (1, 2))
    return np.concatenate([[0], np.cumsum(counts)]), places, values


def _lettered(splits: Sequence[Sequence[str]], known: Vocabulary) -> tuple[Integers, Integers]:
    """(row, place) of every letter group; each word is taken apart once."""
    seen: dict[str, int] = {}
    word_row, word = _flat([[seen.setdefault(each, len(seen)) for each in split] for split in splits])
    owner, place = _flat([sorted(known.grams[gram] for gram in grams(each) if gram in known.grams) for each in seen])
    sizes = np.bincount(owner, minlength=len(seen))
    starts, chosen = np.cumsum(sizes) - sizes, sizes[word]
    inside = np.arange(chosen.sum()) - np.repeat(np.cumsum(chosen) - chosen, chosen)
    return np.repeat(word_row, chosen), place[np.repeat(starts[word], chosen) + inside]


def _flat(lines: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """(row, value) of every value."""
    row = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return row, np.fromiter((value for line in lines for value in line), dtype=np.int64, count=len(row))


def _scaled(row: Integers, place: Integers, idf: Floats) -> tuple[Integers, Integers, Floats]:
    """(row, place, value): the values of each row together have length 1."""
    values = idf[place]
    lengths = np.sqrt(np.bincount(row, weights=values**2))
    return row, place, (values / lengths[row]).astype(np.float32)
