"""How sure the model may be: from the kind of evidence behind an answer to the share of such answers that is right.

Fitted with every training and without anybody's statement: a second model, which does not know a fifth of the brands,
is asked about noisy strings of those (merchants nobody has listed) and of as many that it knows. What is learned is
how far each kind of evidence can be trusted, by logistic regression on whether the best code was right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banking.categoriser.codes import CODES
from banking.categoriser.features import Floats, Integers
from banking.categoriser.gazetteer import KINDS, Match

CEILINGS = {
    "brand of several words is all": 0.97,
    "brand of one word is all": 0.95,
    "wording is all": 0.95,
    "brand of several words first": 0.90,
    "chain is all": 0.92,
    "brand of one word first": 0.90,
    "chain first": 0.88,
    "wording": 0.88,
    "person": 0.88,
    "brand later": 0.85,
    "chain later": 0.85,
    "word": 0.85,
    "common word is all": 0.88,
    "common word": 0.80,
    "nothing known": 0.93,
}
"""What each kind of evidence for the best code is worth at most on real statements, most telling first.

The strings that calibration asks about are made from the facts, so they cannot tell how often a name from the facts
means somebody else in life, or how often two people file one merchant differently (they agree on 91 in 100). These
round figures do: on statements exact brand names are right 93 to 96 times in 100, chains 82 to 87, words about 80.
"""
LOOSE: Mapping[str, float] = {
    "TRAVEL": 0.9,
    "SERVICES": 0.9,
    "GOV_CHARITY": 0.9,
    "ENTERTAINMENT": 0.95,
    "INCOME": 0.95,
}
"""What is left of the confidence where the best code is one whose names and words stand for much else too.

A hotel sells dinners, a stadium sells food and parking, "city of" collects for water and parking, and what counts as
a service or as income differs from person to person. Round figures again. A name that is all there is loses a fifth of
that.
"""
GROUPS = tuple(CEILINGS)
_CEILINGS = np.array(list(CEILINGS.values()), dtype=np.float32)
_LOOSE = np.array([1 - LOOSE.get(code, 1.0) for code in CODES], dtype=np.float32)
_WHOLE = np.array([0.2 if name.endswith("is all") else 1.0 for name in CEILINGS], dtype=np.float32)
_NONE = len(GROUPS) - 1
_PLACE = {name: place for place, name in enumerate(GROUPS)}
_KNOWN = 9
"""Before this place in GROUPS the name or wording itself is known."""
_BRAND, _TEMPLATE, _CHAIN, _WORD, _COMMON, _PERSON = range(len(KINDS))
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
        count = "one word" if one else "several words"
        return _PLACE[
            f"brand of {count} is all" if whole else "brand later" if match.start else f"brand of {count} first"
        ]
    if kind == _CHAIN:
        return _PLACE["chain is all" if whole else "chain later" if match.start else "chain first"]
    if kind == _TEMPLATE and (whole or not one):
        return _PLACE["wording is all" if whole else "wording"]
    if kind == _PERSON:
        return _PLACE["person"]
    if kind == _COMMON:
        return _PLACE["common word is all" if whole else "common word"]
    return _PLACE["word"]


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
    known = groups < _KNOWN
    line[:, -8] = margin * known
    line[:, -7] = margin * ~known
    line[:, -6] = linear.argmax(axis=1) == top
    line[:, -5] = np.minimum(against, 4.0)
    line[:, -4] = covered / np.maximum(words, 1)
    line[:, -3] = np.log1p(words)
    line[:, -2] = np.clip(linear.max(axis=1) - np.sort(linear, axis=1)[:, -2], 0.0, 5.0)
    line[:, -1] = 1.0
    return line


def confidence(lines: Floats, coefficients: Floats, best: Integers) -> Floats:
    """How sure each row may be of its best code, whose places in CODES are given."""
    groups = lines[:, : len(GROUPS)].argmax(axis=1)
    most = _CEILINGS[groups] * (1 - _LOOSE[best] * _WHOLE[groups])
    return np.asarray(most / (1 + np.exp(-(lines @ coefficients))), dtype=np.float32)


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
