"""What one person filed before: exact names first, near spellings second."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np

from banking.categoriser.embedding import embed_texts
from banking.categoriser.features import Floats, Integers
from banking.categoriser.marks import mark
from banking.categoriser.model import Model
from banking.categoriser.normalise import display_name, merchant_key

DECAY = 0.8
FADE, MANY = 0.2, 10.0
"""What a correction leaves of the votes for other labels, beside their age.

FADE; where it is the first change of a merchant, the share that the votes are of MANY, so that it outweighs a single
row and not many. On development data 3 in 4 rows stay with the correction of one row and 1 in 6 with that of several;
after a second row like it nearly all do.
"""
REMEMBERED = 30
NEAR = 0.35
DIMENSIONS = 512
AT_ONCE = 250
"""Rows compared with all merchants at a time; a large file would else need gigabytes."""


@dataclass(frozen=True, slots=True)
class Filed:
    """One row the person filed or confirmed; `label` is theirs, positive is money in.

    `corrected` says that they chose: the next row of the merchant is predicted like it, whatever came before.
    """

    description: str
    amount: Decimal
    label: str
    day: date | None = None
    merchant: str | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """The label of a merchant since the newest correction; `agreeing` of `total` rows ever filed have it.

    `standing` is the share of the label since that correction, `confidence` weighs what was filed before it too.
    """

    label: str
    confidence: float
    standing: float
    agreeing: int
    total: int
    name: str


@dataclass(slots=True)
class _Merchant:
    key: str
    sign: int
    name: str
    labels: list[str] = field(default_factory=list)
    """Those since the newest correction, and before it those that agree with it."""
    votes: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def learn(self, label: str, *, corrected: bool) -> None:
        if corrected:
            self.labels = [each for each in self.labels if each == label]
        self.labels = [*self.labels[1 - REMEMBERED :], label]
        is_first = len(self.votes) == 1
        for each in self.votes:
            self.votes[each] *= DECAY
            if corrected and each != label:
                self.votes[each] *= min(self.votes[each] / MANY, 1) if is_first else FADE
        self.votes[label] = self.votes.get(label, 0) + 1
        self.counts[label] += 1

    def shares(self) -> dict[str, float]:
        """Decayed votes, the newest 1."""
        votes: dict[str, float] = defaultdict(float)
        for age, label in enumerate(reversed(self.labels)):
            votes[label] += DECAY**age
        return votes


class Memory:
    """Built from filed rows in any order (sorted by day); learns one more at a time."""

    def __init__(self, filed: Iterable[Filed] = ()) -> None:
        self._merchants: dict[tuple[str, int], _Merchant] = {}
        self._order: list[_Merchant] = []
        self._vectors: Floats = np.zeros((0, DIMENSIONS), dtype=np.float32)
        self._unseen: list[Filed] = []
        self._labels: set[str] = set()
        self._habits: dict[str, Floats] = {}
        for each in sorted(filed, key=lambda each: each.day or date.min):
            self.learn(each)

    def __len__(self) -> int:
        return len(self._merchants)

    def learn(self, filed: Filed) -> None:
        key, sign = merchant_key(filed.description, filed.merchant), sign_of(filed.amount)
        if (key, sign) not in self._merchants:
            self._merchants[key, sign] = _Merchant(key, sign, display_name(filed.description, filed.merchant) or key)
            self._order.append(self._merchants[key, sign])
        self._merchants[key, sign].learn(filed.label, corrected=filed.corrected)
        self._labels.add(filed.label)
        self._unseen.append(filed)

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self._labels)

    def exact(self, key: str, sign: int) -> Vote | None:
        """The vote of the same merchant with the same sign."""
        merchant = self._merchants.get((key, sign))
        if merchant is None:
            return None
        shares = merchant.shares()
        label = max(shares, key=lambda each: shares[each])
        confidence, standing = _share(merchant.votes, label), _share(shares, label)
        return Vote(label, confidence, standing, merchant.counts[label], merchant.counts.total(), merchant.name)

    def near(self, keys: Sequence[str], signs: Sequence[int]) -> list[list[tuple[float, str, str]]]:
        """For each key the (cosine, label, merchant's name) of up to five near merchants, nearest first."""
        if not self._order or not keys:
            return [[] for _ in keys]
        self._grow()
        known = np.array([each.sign for each in self._order])
        found = []
        for start in range(0, len(keys), AT_ONCE):
            found += self._near(keys[start : start + AT_ONCE], signs[start : start + AT_ONCE], known)
        return found

    def _near(self, keys: Sequence[str], signs: Sequence[int], known: Integers) -> list[list[tuple[float, str, str]]]:
        same = known[None, :] == np.array(signs)[:, None]
        cosines = np.where(same, embed_texts(keys, dimensions=DIMENSIONS) @ self._vectors.T, 0.0)
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :5]
        return [
            [(float(line[at]), *self._told(at)) for at in places if line[at] >= NEAR]
            for line, places in zip(cosines, best.tolist(), strict=True)
        ]

    def habits(self, model: Model) -> dict[str, Floats]:
        """For each label what the model said about the rows filed under it, summed over codes."""
        unseen, self._unseen = self._unseen, []
        texts = [merchant_key(each.description, each.merchant) for each in unseen]
        if texts:
            signs = [sign_of(each.amount) for each in unseen]
            told = model.predict(texts, signs, [mark(each.description) for each in unseen]).probabilities
            for each, line in zip(unseen, told, strict=True):
                self._habits[each.label] = self._habits.get(each.label, 0) + line
        return self._habits

    def _told(self, at: int) -> tuple[str, str]:
        shares = self._order[at].shares()
        return max(shares, key=lambda each: shares[each]), self._order[at].name

    def _grow(self) -> None:
        new = [each.key for each in self._order[len(self._vectors) :]]
        if new:
            self._vectors = np.vstack([self._vectors, embed_texts(new, dimensions=DIMENSIONS)])


def _share(votes: Mapping[str, float], label: str) -> float:
    return (votes[label] + 0.2) / (sum(votes.values()) + 0.4)


def sign_of(amount: Decimal | float | int) -> int:
    return 1 if amount > 0 else -1 if amount < 0 else 0
