"""Choosing pairs so that all of them together are the likeliest, each row in at most one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from banking.matching.found import Candidate, odds

LEAST = 0.2
"""Below this chance a pair is not worth showing."""
MARGIN = 1.5
"""By how much, in log-odds, the best explanation must beat the best one without a pair for that pair to be sure."""
LARGEST = 60
"""Rows on a side up to which the best explanation without a pair is solved for; beyond it, rivals are compared."""


def assigned(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The maximum-weight 1:1 matching of the candidates, each marked as sure or not, in the order of their rows."""
    worth = [each for each in candidates if each.score >= LEAST]
    chosen = [pair for part in _components(worth) for pair in _solved(part)]
    return sorted(chosen, key=lambda each: (each.first, each.second))


def _components(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Candidates that share rows, directly or over others, belong together."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def top(node: tuple[str, int]) -> tuple[str, int]:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for each in candidates:
        root[top(("first", each.first))] = top(("second", each.second))
    parts: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    for each in candidates:
        parts[top(("first", each.first))].append(each)
    yield from parts.values()


def _solved(part: list[Candidate]) -> list[Candidate]:
    if len(part) == 1:
        return part
    firsts = {pk: place for place, pk in enumerate(sorted({each.first for each in part}))}
    seconds = {pk: place for place, pk in enumerate(sorted({each.second for each in part}))}
    weights = np.zeros((len(firsts), len(seconds)))
    known = {}
    for each in part:
        place = firsts[each.first], seconds[each.second]
        weights[place] = odds(each.score) - odds(LEAST) + 1e-6
        known[place] = each
    places = [place for place in _best(weights) if place in known]
    if max(weights.shape) > LARGEST:
        return [replace(known[place], sure=_beats_rivals(weights, place)) for place in places]
    total = sum(weights[place] for place in places)
    return [replace(known[place], sure=total - _without(weights, place) >= MARGIN) for place in places]


def _best(weights: np.ndarray) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment  # large, and pages never need it

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _without(weights: np.ndarray, place: tuple[int, int]) -> float:
    """What the best explanation is worth that does not have the pair."""
    rest = weights.copy()
    rest[place] = 0
    return float(sum(rest[each] for each in _best(rest)))


def _beats_rivals(weights: np.ndarray, place: tuple[int, int]) -> bool:
    row, column = place
    rivals = max(np.delete(weights[row], column).max(initial=0), np.delete(weights[:, column], row).max(initial=0))
    return bool(weights[place] - rivals >= MARGIN)
