"""Words that were meant: the nearest of a few thousand known ones."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

SHORTEST = 4
"""A word with fewer letters is near to too many others."""
MOST = 20


def nearest(word: str, known: Mapping[str, object]) -> dict[str, int]:
    """{known word: its distance} for those that may have been meant: one mistake, or two in eight letters and more.

    `known` holds words in lower case. A mistake is a letter that lacks, is too many or another one, or two that changed
    places. The first letter is right, or changed places with the second one.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return {}
    allowed = 2 if len(word) >= 8 else 1
    found: dict[str, int] = {}
    for each in _candidates(word, known, allowed):
        if (mistakes := distance(word, each, allowed)) <= allowed:
            found[each] = mistakes
    best = sorted(found, key=lambda each: (found[each], each))[:MOST]
    return {each: found[each] for each in best}


def _candidates(word: str, known: Iterable[str], allowed: int) -> Iterable[str]:
    starts, length, letters = word[:2], len(word), set(word)
    for each in known:
        if (
            each[:1] in starts
            and abs(len(each) - length) <= allowed
            and len(letters.symmetric_difference(each)) <= 2 * allowed
        ):
            yield each


@lru_cache(maxsize=10_000)
def distance(one: str, other: str, most: int = 99) -> int:
    """How many mistakes lie between the words (optimal string alignment); `most` + 1 where there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, known in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != known))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
