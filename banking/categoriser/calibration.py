"""How sure the model may be: from the kind of evidence behind an answer to the share of such answers that is right.

Fitted with every training and without anybody's statement: a second model, which does not know a fifth of the brands,
is asked about noisy strings of those (merchants nobody has listed) and of as many that it knows. What is learned is
how far each kind of evidence can be trusted, by logistic regression on whether the best code was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banking.categoriser.features import Floats, Integers
from banking.categoriser.gazetteer import KINDS, Match

AGREEMENT = 0.97
"""Even of certain answers no more is right in the eyes of the person: two people file the same merchant differently.

Two people agree on 91 in 100 merchants, on known brands on rather more.
"""
GROUPS = (
    "brand of several words is all",
    "brand of one word is all",
    "brand of several words first",
    "brand of one word first",
    "wording is all",
    "chain is all",
    "wording",
    "brand later",
    "chain first",
    "word",
    "chain later",
    "common word is all",
    "common word",
    "nothing known",
)
"""Kinds of evidence for the best code, most telling first."""
_NONE = len(GROUPS) - 1
_BRAND, _TEMPLATE, _CHAIN, _WORD, _COMMON = range(len(KINDS))
WIDTH = len(GROUPS) + 8
STEPS, RIDGE = 12, 2.0


@dataclass(frozen=True, slots=True)
class Spans:
    """All phrases found in a batch of texts, one place of each array per phrase; `weight` in logits."""

    row: Integers
    code: Integers
    group: Integers
    size: Integers
    weight: Floats


def group(match: Match, words: int) -> int:
    """The place in GROUPS of a phrase found in a text of so many words."""
    kind, size = match.phrase.kind, match.end - match.start
    whole, one = size == words, size == 1
    if kind == _BRAND:
        return (1 if one else 0) if whole else 7 if match.start else 3 if one else 2
    if kind == _TEMPLATE:
        return 4 if whole else 6
    if kind == _CHAIN:
        return 5 if whole else 10 if match.start else 8
    if kind == _WORD:
        return 9
    return 11 if whole else 12


def described(probabilities: Floats, linear: Floats, spans: Spans, words: Integers) -> Floats:
    """One line of WIDTH numbers per row: what speaks for its best code, and what against it."""
    rows = np.arange(len(probabilities))
    top = probabilities.argmax(axis=1)
    best = np.clip(probabilities[rows, top], 1e-4, 1 - 1e-4)
    margin = np.clip(np.log(best / (1 - best)), -2.0, 6.0)
    fits = spans.code == top[spans.row]
    groups = np.full(len(rows), _NONE)
    np.minimum.at(groups, spans.row[fits], spans.group[fits])
    covered = np.bincount(spans.row[fits], weights=spans.size[fits], minlength=len(rows))
    against = np.bincount(spans.row[~fits], weights=spans.weight[~fits], minlength=len(rows))
    line = np.zeros((len(rows), WIDTH), dtype=np.float32)
    line[rows, groups] = 1.0
    known = groups <= 8
    line[:, -8] = margin * known
    line[:, -7] = margin * ~known
    line[:, -6] = linear.argmax(axis=1) == top
    line[:, -5] = np.minimum(against, 4.0)
    line[:, -4] = covered / np.maximum(words, 1)
    line[:, -3] = np.log1p(words)
    line[:, -2] = np.clip(linear.max(axis=1) - np.sort(linear, axis=1)[:, -2], 0.0, 5.0)
    line[:, -1] = 1.0
    return line


def confidence(lines: Floats, coefficients: Floats) -> Floats:
    return np.asarray(AGREEMENT / (1 + np.exp(-(lines @ coefficients))), dtype=np.float32)


def applied(probabilities: Floats, sure: Floats) -> Floats:
    """The best code of each row gets the confidence, the others share the rest as before; the order stays."""
    rows = np.arange(len(probabilities))
    top = probabilities.argmax(axis=1)
    best = probabilities[rows, top]
    rest = (1 - sure) / np.maximum(1 - best, 1e-6)
    told = np.minimum(probabilities * rest[:, None], 0.98 * sure[:, None])
    told[rows, top] = sure
    return np.asarray(told, dtype=np.float32)


def fitted(lines: Floats, right: npt.NDArray[np.bool_], worth: Floats) -> Floats:
    """Coefficients of a ridge logistic regression by Newton's method; `worth` is the weight of each row."""
    lines, found = lines.astype(np.float64), np.zeros(lines.shape[1])
    for _ in range(STEPS):
        told = 1 / (1 + np.exp(-(lines @ found)))
        slope = lines.T @ (worth * (told - right)) + RIDGE * found
        curve = (lines * (worth * told * (1 - told))[:, None]).T @ lines + RIDGE * np.eye(len(found))
        found -= np.linalg.solve(curve, slope)
    return np.asarray(found, dtype=np.float32)


def spans_of(found: Sequence[tuple[int, int, int, int, float]]) -> Spans:
    """From (row, code, group, size, weight) of each phrase."""
    row, code, groups, size, weight = zip(*found, strict=True) if found else ((), (), (), (), ())
    whole = [np.array(each, dtype=np.int64) for each in (row, code, groups, size)]
    return Spans(whole[0], whole[1], whole[2], whole[3], np.array(weight, dtype=np.float32))
