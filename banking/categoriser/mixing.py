"""Model, provider, near spellings and habits, mixed into one distribution per row."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from banking.categoriser import marks
from banking.categoriser.codes import CODES, of_provider
from banking.categoriser.evidence import Source
from banking.categoriser.features import Floats
from banking.categoriser.gazetteer import KINDS
from banking.categoriser.labels import Labels
from banking.categoriser.memory import Memory
from banking.categoriser.model import Model, Prediction
from banking.categoriser.reasons import Reason

LIKELIHOOD = {"VERY_HIGH": 25.0, "HIGH": 9.0, "MEDIUM": 4.0, "LOW": 1.5, "UNKNOWN": 1.5}
UNSAID = 9.0
"""How much likelier the class becomes that Plaid names, by its own confidence; where it gives none, as measured."""
ALONE = {"VERY_HIGH": 0.9, "HIGH": 0.8, "MEDIUM": 0.6, "LOW": 0.35, "UNKNOWN": 0.35}
AGREED = 0.97
"""Measured precision where provider and model agree."""
NEAR_WEIGHT, NEAR_POWER = 1.0, 3
HABIT_START = 6.0
NAMING = 0.6

Near = list[tuple[float, str, str]]
Said = tuple[str | None, str | None, str | None]
"""Plaid's detailed and primary category and its confidence."""


@dataclass(slots=True)
class Mixture:
    """`shares` is rows by `groups`: the sixteen codes, then the person's own labels that belong to none."""

    groups: tuple[str, ...]
    shares: Floats
    order: list[list[int]]
    model: Model | None
    prediction: Prediction | None
    near: list[Near]
    near_groups: list[list[str]]
    provided: list[tuple[str, str] | None]
    agreed: list[bool] = field(default_factory=list)
    marked: Sequence[int] = ()

    def best(self, at: int) -> list[tuple[str, float]]:
        """Up to three groups with something for them, best first."""
        line = self.shares[at]
        return [(self.groups[place], float(line[place])) for place in self.order[at] if line[place] > 0]

    def neighbour(self, at: int, group: str) -> tuple[float, str, str] | None:
        """The nearest earlier merchant filed in the group, if it is near enough to name the label."""
        if not self.near or not self.near[at]:
            return None
        pairs = zip(self.near[at], self.near_groups[at], strict=True)
        return next((one for one, name in pairs if name == group and one[0] >= NAMING), None)

    def reason(self, at: int, group: str, source: Source, name: str) -> Reason:
        if source == "history":
            near = self.neighbour(at, group)
            return Reason("similar", (near[2], name)) if near else Reason("guess", (name,))
        fitting = self._fitting(at, group)
        if source == "provider":
            return Reason("agreed", (name, fitting[0])) if fitting and self.agreed[at] else Reason("provider", (name,))
        if self.prediction is not None and group in CODES and self.prediction.by_amount[at] == CODES.index(group):
            return Reason("amount", (name,))
        if self.prediction is None or not fitting:
            told = marks.told(self.marked[at], group) if self.marked else None
            return Reason("mark", (told, name)) if told else Reason("guess", (name,))
        if fitting[1]:
            return Reason(fitting[1], (fitting[0], name))
        words = fitting[0].split("|")
        return Reason("words", (words[0], words[1], name)) if len(words) > 1 else Reason("wording", (words[0], name))

    def _fitting(self, at: int, group: str) -> tuple[str, str] | None:
        """(the phrase that speaks for the group, kind of sentence), or the strongest words and ""."""
        if self.prediction is None or self.model is None or group not in CODES:
            return None
        code = CODES.index(group)
        for match in self.prediction.matches[at]:
            if match.phrase.code == code:
                known = KINDS[match.phrase.kind] in ("brand", "chain")
                return match.phrase.text, "known" if known else "wording"
        words = self.model.strongest(self.prediction.words[at], code)
        return ("|".join(words), "") if words else None


def mixed(
    *,
    texts: Sequence[str],
    keys: Sequence[str],
    signs: Sequence[int],
    marked: Sequence[int],
    sizes: Sequence[int],
    provided: Sequence[Said],
    memory: Memory | None,
    model: Model | None,
    labels: Labels,
) -> Mixture:
    prediction = model.predict(texts, signs, marked, sizes) if model is not None and texts else None
    near = memory.near(keys, signs) if memory is not None and len(memory) else []
    groups = (*CODES, *_own_groups(memory, labels))
    shares = np.zeros((len(texts), len(groups)), dtype=np.float32)
    if prediction is not None:
        shares[:, : len(CODES)] = prediction.probabilities
    if memory is not None and model is not None and prediction is not None and len(memory):
        shares = _by_habit(shares, groups, memory, model, labels)
    near_groups = [[labels.code(label) or label for _, label, _ in line] for line in near]
    _add_near(shares, groups, near, near_groups)
    codes, agreed = _with_provider(provided, shares, known=prediction is not None)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :3].tolist()
    return Mixture(groups, shares, order, model, prediction, near, near_groups, codes, agreed, marked)


def _own_groups(memory: Memory | None, labels: Labels) -> list[str]:
    found = memory.labels if memory is not None else ()
    return sorted(label for label in found if labels.code(label) is None)


def _by_habit(shares: Floats, groups: tuple[str, ...], memory: Memory, model: Model, labels: Labels) -> Floats:
    """Where this person files what the model calls a code: learned, starting from the code itself."""
    place = {group: at for at, group in enumerate(groups)}
    moves = np.eye(len(CODES), len(groups), dtype=np.float32) * HABIT_START
    for label, told in memory.habits(model).items():
        moves[:, place[labels.code(label) or label]] += told
    return np.asarray(shares[:, : len(CODES)] @ (moves / moves.sum(axis=1, keepdims=True)), dtype=np.float32)


def _add_near(shares: Floats, groups: tuple[str, ...], near: Sequence[Near], near_groups: Sequence[list[str]]) -> None:
    place = {group: at for at, group in enumerate(groups)}
    for at, line in enumerate(near):
        if not line:
            continue
        for (cosine, _, _), group in zip(line, near_groups[at], strict=True):
            shares[at, place[group]] += NEAR_WEIGHT * cosine**NEAR_POWER
        shares[at] /= max(float(shares[at].sum()), 1.0)


def _with_provider(
    told: Sequence[Said], shares: Floats, *, known: bool
) -> tuple[list[tuple[str, str] | None], list[bool]]:
    """Multiply in what the provider says; return it and whether the rest agreed, row by row."""
    provided: list[tuple[str, str] | None] = []
    agreed: list[bool] = []
    for at, (detailed, primary, confidence) in enumerate(told):
        said = of_provider(detailed, primary) if detailed or primary else None
        provided.append(said)
        agreed.append(False)
        if said is None:
            continue
        place, level = CODES.index(said[0]), (confidence or "").upper()
        line = shares[at]
        if not known and not line.any():
            line[place] = ALONE.get(level, 0.8)
        elif int(line.argmax()) == place:
            agreed[at] = True
            line[place] = max(
                float(line[place]) * LIKELIHOOD.get(level, UNSAID), AGREED / (1 - AGREED) * _rest(line, place)
            )
            line /= line.sum()
        else:
            line[place] *= LIKELIHOOD.get(level, UNSAID)
            line /= line.sum()
    return provided, agreed


def _rest(line: Floats, place: int) -> float:
    return max(float(line.sum() - line[place]), 1e-6)
