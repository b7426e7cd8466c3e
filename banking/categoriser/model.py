"""The global model: what a description means before anybody has filed anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np

from banking.categoriser import amounts, calibration, marks
from banking.categoriser.calibration import Spans
from banking.categoriser.codes import CODES
from banking.categoriser.features import Floats, Integers, Vocabulary, grams, pairs
from banking.categoriser.gazetteer import KINDS, Gazetteer, Match
from banking.categoriser.lexicon import Lexicon

CACHED_WORDS = 200_000
_TRANSFER = CODES.index("TRANSFER")
_INCOME = CODES.index("INCOME")
_PURPOSES = frozenset(map(CODES.index, ("HOUSING", "UTILITIES", "INCOME", "FEES")))

FREQUENCY = (0.12, 0.26, 0.16, 0.10, 0.03, 0.03, 0.03, 0.07, 0.04, 0.02, 0.04, 0.01, 0.01, 0.01, 0.02, 0.05)
"""How often each code occurs among the rows of a statement, roughly; in the order of CODES."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the evidence is weighed; logits unless said otherwise. Chosen on development data, never trained.

    `at_start` and `elsewhere` have one weight for each of gazetteer.KINDS.
    """

    sharpness: float = 1.0
    at_start: tuple[float, ...] = (2.5, 1.8, 1.2, 0.8, 0.3, 2.5)
    elsewhere: tuple[float, ...] = (1.8, 1.4, 0.3, 0.8, 0.2, 0.0)
    whole_text: float = 2.0
    beside_purpose: float = -6.0
    purpose: float = 4.0
    earned: float = 8.0
    """For wording of income beside a name, where money came in: "asda stores salary" is no shopping."""
    money_in: tuple[tuple[str, float], ...] = (("INCOME", 1.0), ("TRANSFER", 1.5))
    money_out: tuple[tuple[str, float], ...] = (("INCOME", -2.5),)
    frequency: tuple[float, ...] = FREQUENCY
    trust_frequency: float = 1.0
    by_place: tuple[float, ...] = (1.0, 0.9, 0.7, 0.5, 0.3)


@dataclass(slots=True)
class Prediction:
    """Probabilities (rows by codes) with what decided each row."""

    probabilities: Floats
    words: list[list[str]]
    matches: list[list[Match]]
    by_amount: list[int]
    """The code that the amount put first instead of another one, else -1."""


@dataclass
class Model:
    """Weights (features by codes) over a vocabulary, and the phrases."""

    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    gazetteer: Gazetteer
    digest: str
    coefficients: Floats | None = None
    """What `calibration` learned; without it the confidences are those of the mixture, which are too high."""
    tuning: Tuning = field(default_factory=Tuning)

    def predict(
        self,
        texts: Sequence[str],
        signs: Sequence[int],
        marked: Sequence[int] | None = None,
        sizes: Sequence[int] | None = None,
    ) -> Prediction:
        """Texts are normalised; a sign is +1 for money in, -1 for money out, 0 unknown.

        Marks are those of `marks`, sizes those of `amounts`.
        """
        probabilities, lines, words, matches = self.described(texts, signs)
        if self.coefficients is not None and len(texts):
            sure = calibration.confidence(lines, self.coefficients, probabilities.argmax(axis=1))
            probabilities = calibration.applied(probabilities, sure)
        if marked is not None and len(texts):
            probabilities = probabilities * self._mark_odds[np.asarray(marked, dtype=np.int64)]
            probabilities /= probabilities.sum(axis=1, keepdims=True)
        by_amount = [-1] * len(texts)
        if sizes is not None and len(texts):
            before = probabilities.argmax(axis=1)
            probabilities = self._weighed(probabilities, np.asarray(sizes, dtype=np.int64))
            after = probabilities.argmax(axis=1)
            by_amount = np.where(after == before, -1, after).tolist()
        return Prediction(probabilities, words, matches, by_amount)

    def _weighed(self, probabilities: Floats, sizes: Integers) -> Floats:
        """With what the amounts tell, where the rest leaves something open."""
        left = 1 - probabilities.max(axis=1, keepdims=True)
        told = probabilities * np.exp(left**2 * self._likelihoods[sizes])
        return np.asarray(told / told.sum(axis=1, keepdims=True), dtype=np.float32)

    def described(
        self, texts: Sequence[str], signs: Sequence[int]
    ) -> tuple[Floats, Floats, list[list[str]], list[list[Match]]]:
        """Probabilities before calibration and what calibration asks about each row; then words and phrases."""
        words = [self._lexicon.split(text) for text in texts]
        matches = [self.gazetteer.find(split) for split in words]
        linear = self.scores(words) * self.tuning.sharpness
        linear += self._sign_prior[np.asarray(signs, dtype=np.int64) + 1]
        spans = self._spans(words, matches, signs)
        logits = linear.copy()
        np.add.at(logits, (spans.row, spans.code), spans.weight)
        probabilities = softmax(logits)
        lengths = np.array([len(split) for split in words], dtype=np.int64)
        return probabilities, calibration.described(probabilities, linear, spans, lengths), words, matches

    def scores(self, words: Sequence[Sequence[str]]) -> Floats:
        """Linear scores of the features alone, one row per text."""
        lengths = np.array([len(split) for split in words], dtype=np.int64)
        width = len(CODES)
        rows = self._table.rows_of([word for split in words for word in split], self) * self._place_weights(lengths)
        summed = _summed(rows, lengths)
        two, counts = self._pairs(words)
        summed[:, : width + 1] += _summed(self._named[two], counts)
        named = summed[:, :width] / np.sqrt(np.maximum(summed[:, width : width + 1], 1e-9))
        lettered = summed[:, width + 1 : -1] / np.sqrt(np.maximum(summed[:, -1:], 1e-9))
        return np.asarray(named + lettered + self.bias, dtype=np.float32)

    def strongest(self, words: Sequence[str], code: int) -> list[str]:
        """The words that speak most for the code, strongest first."""
        width = len(CODES)
        rows = self._table.rows_of(words, self)[:, (code, width, width + 1 + code, -1)].tolist()
        named = max(sum(row[1] for row in rows), 1e-9) ** 0.5
        lettered = max(sum(row[3] for row in rows), 1e-9) ** 0.5
        says = [(row[0] / named + row[2] / lettered, -at) for at, row in enumerate(rows)]
        return [words[-at] for told, at in sorted(says, reverse=True)[:2] if told > 0]

    def _place_weights(self, lengths: Integers) -> Floats:
        """Later words tell less: they are often a place. Squared lengths weigh by the square."""
        by_place = np.array(self.tuning.by_place, dtype=np.float32)
        place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        weights = by_place[np.minimum(place, len(by_place) - 1)][:, None]
        width = len(CODES)
        return np.hstack([np.repeat(weights, width, 1), weights**2, np.repeat(weights, width, 1), weights**2])

    def _pairs(self, words: Sequence[Sequence[str]]) -> tuple[Integers, Integers]:
        known = self.vocabulary.words
        found = [[known[pair] for pair in pairs(split) if pair in known] for split in words]
        return (
            np.array([place for row in found for place in row], dtype=np.int64),
            np.array([len(row) for row in found], dtype=np.int64),
        )

    def word_row(self, word: str) -> Floats:
        """What one word adds: named scores and squared length, then lettered scores and squared length."""
        width = len(CODES)
        row = np.zeros(2 * width + 2, dtype=np.float32)
        if word in self.vocabulary.words:
            row[: width + 1] = self._named[self.vocabulary.words[word]]
        letters = [self.vocabulary.grams[gram] for gram in grams(word) if gram in self.vocabulary.grams]
        idf = self.vocabulary.idf[letters]
        row[width + 1 : -1] = idf @ self.weights[letters]
        row[-1] = idf @ idf
        return row

    def _spans(self, words: Sequence[Sequence[str]], matches: Sequence[Sequence[Match]], signs: Sequence[int]) -> Spans:
        tuning, found = self.tuning, []
        for row, line in enumerate(matches):
            count = len(words[row])
            several = len(line) > 1
            purpose = several and _has_purpose(line)
            employer = several and KINDS[line[0].phrase.kind] in ("brand", "chain")
            for match in line:
                phrase, size = match.phrase, match.end - match.start
                weight = (tuning.elsewhere if match.start else tuning.at_start)[phrase.kind]
                if size == count:
                    weight += tuning.whole_text
                if purpose:
                    weight = tuning.beside_purpose if phrase.code == _TRANSFER else tuning.purpose
                if (
                    phrase.code == _INCOME
                    and signs[row] > 0
                    and (employer or several and KINDS[phrase.kind] == "template")
                ):
                    weight += tuning.earned
                found.append((row, phrase.code, calibration.group(match, count), size, weight))
        return calibration.spans_of(found)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self.gazetteer.phrases)

    @cached_property
    def _table(self) -> "_WordTable":
        return _WordTable(2 * len(CODES) + 2)

    @cached_property
    def _named(self) -> Floats:
        """Each word or pair: its weighted scores, and the square of its idf."""
        count = len(self.vocabulary.words)
        idf = self.vocabulary.idf[:count, None]
        return np.hstack([self.weights[:count] * idf, idf**2]).astype(np.float32)

    @cached_property
    def _mark_odds(self) -> Floats:
        return np.exp(marks.shifts())

    @cached_property
    def _likelihoods(self) -> Floats:
        return amounts.likelihoods()

    @cached_property
    def _sign_prior(self) -> Floats:
        prior = np.zeros((3, len(CODES)), dtype=np.float32)
        for sign, shifts in ((0, self.tuning.money_out), (2, self.tuning.money_in)):
            for code, shift in shifts:
                prior[sign, CODES.index(code)] += shift
        common = np.log(np.array(self.tuning.frequency) / np.mean(self.tuning.frequency))
        return np.asarray(prior + self.tuning.trust_frequency * common, dtype=np.float32)


def _has_purpose(matches: Sequence[Match]) -> bool:
    """Whether a transfer says what it is for: "transfer to jane may rent" is rent, "venmo transfer fee" a fee."""
    first, last = matches[0].phrase, matches[-1].phrase
    told = KINDS[last.kind] == "template" and last.code in _PURPOSES
    again = any(each.phrase.code == _TRANSFER and KINDS[each.phrase.kind] == "word" for each in matches)
    sent = "from" not in first.text.split() or last.code == _INCOME
    return told and sent and first.code == _TRANSFER and not again


class _WordTable:
    """One row per word seen so far, so that a word is taken apart only once. The threads of a process share it."""

    def __init__(self, width: int) -> None:
        self._lock = Lock()
        self._places: dict[str, int] = {}
        self._rows: Floats = np.zeros((4096, width), dtype=np.float32)

    def rows_of(self, words: Sequence[str], model: Model) -> Floats:
        """A copy of the row of each word."""
        with self._lock:
            if len(self._places) > CACHED_WORDS:
                self._places = {}
            known, place = self._places, self._place
            tokens = [known[word] if word in known else place(word, model) for word in words]
            return np.asarray(self._rows[np.array(tokens, dtype=np.int64)])

    def _place(self, word: str, model: Model) -> int:
        at = len(self._places)
        if at == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        self._rows[at] = model.word_row(word)
        self._places[word] = at
        return at


def _summed(rows: Floats, lengths: Integers) -> Floats:
    """Sums of consecutive runs of rows; a run of none is zeros."""
    total = np.zeros((len(lengths), rows.shape[1]), dtype=np.float32)
    filled = lengths > 0
    if filled.any():
        starts = np.cumsum(lengths) - lengths
        total[filled] = np.add.reduceat(rows, starts[filled], axis=0)
    return total


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
