"""Make the global model from the facts."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import scipy
import sklearn
from scipy.sparse import csr_matrix

from banking.categoriser import artefact, calibration, descent, features, gazetteer, synthetic
from banking.categoriser import facts as facts_of
from banking.categoriser.codes import CODES, FACTS
from banking.categoriser.facts import Fact
from banking.categoriser.features import Floats, Integers, Vocabulary
from banking.categoriser.model import Model
from banking.categoriser.synthetic import Example

SEED = 2017
UNKNOWN_OF = 5
"""Calibration asks a model that lacks every fifth family of brands: those that share the first word."""
ASKED = ("brand", "chain", "template")
ENOUGH = 2000
"""Fewer held-out strings than this calibrate nothing."""


def train(folder: Path = FACTS, *, seed: int = SEED) -> Model:
    """The same facts and seed give the same weights."""
    return fit(gazetteer.settled(facts_of.read(folder)), digest=facts_of.digest(folder), seed=seed)


@dataclass(frozen=True, slots=True)
class Report:
    """How a training went; `held_out` is the accuracy on brands it had not seen, None when not measured."""

    folder: Path
    seconds: float
    facts: int
    features: int
    size: int
    digest: str
    held_out: float | None

    def __str__(self) -> str:
        right = "not measured" if self.held_out is None else f"{self.held_out:.1%}"
        return (
            f"Trained from {self.facts} facts in {self.seconds:.1f} s: {self.features} features, "
            f"{self.size / 1e6:.1f} MB in {self.folder}.\nBrands not seen before, right: {right}.\n"
            f"Facts SHA-256 {self.digest}"
        )


def train_into(target: Path, source: Path = FACTS, *, seed: int = SEED, measure: bool = False) -> Report:
    """Train, save into the folder, and say how it went."""
    started = time.perf_counter()
    facts = gazetteer.settled(facts_of.read(source))
    model = fit(facts, digest=facts_of.digest(source), seed=seed)
    seconds = time.perf_counter() - started
    held_out = held_out_accuracy(facts, seed=seed) if measure else None
    versions = {each.__name__: each.__version__ for each in (sklearn, scipy, np)}
    trained = {"seed": seed, **versions, "facts": len(facts)}
    card = artefact.save(model, target, trained=trained)
    size = (target / card.file).stat().st_size
    return Report(target, seconds, len(facts), model.vocabulary.size, size, model.digest, held_out)


def held_out_accuracy(facts: Sequence[Fact], *, seed: int = SEED) -> float:
    """Train without every fifth family of brands, then ask about noisy strings of those."""
    corpus = _corpus(facts, seed)
    examples = _strings([fact for fact in facts if _is_unknown(fact)], facts, seed + 1)
    model = _ignorant(facts, corpus, seed)
    told = model.predict([example.text for example in examples], [-1] * len(examples)).probabilities.argmax(axis=1)
    return float((told == [example.code for example in examples]).mean())


def fit(facts: Sequence[Fact], *, digest: str, seed: int = SEED) -> Model:
    corpus = _corpus(facts, seed)
    weights, bias = descent.fitted(corpus.matrix, corpus.codes, seed=seed)
    known = gazetteer.Gazetteer(gazetteer.phrases(facts))
    return Model(corpus.known, weights, bias, known, digest, _calibrated(facts, corpus, seed))


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The noisy strings as rows of features, with the code and the place of the fact of each."""

    known: Vocabulary
    matrix: csr_matrix
    codes: Integers
    facts: Integers


def _corpus(facts: Sequence[Fact], seed: int) -> _Corpus:
    examples = synthetic.examples(facts, seed=seed)
    texts = [example.text for example in examples]
    known = features.learn(texts)
    borders, places, values = features.rows(texts, known)
    matrix = csr_matrix((values, places.astype(np.int32), borders), shape=(len(texts), known.size))
    codes = np.array([example.code for example in examples], dtype=np.int64)
    return _Corpus(known, matrix, codes, np.array([example.fact for example in examples], dtype=np.int64))


def _calibrated(facts: Sequence[Fact], corpus: _Corpus, seed: int) -> Floats | None:
    asked = _questions(facts, seed + 1)
    if len(asked) < ENOUGH:
        return None
    codes = np.array([example.code for example in asked])
    signs = [1 if CODES[code] == "INCOME" else -1 for code in codes]
    model = _ignorant(facts, corpus, seed)
    probabilities, lines, _, _ = model.described([example.text for example in asked], signs)
    shares = np.array(model.tuning.frequency) / np.maximum(np.bincount(codes, minlength=len(CODES)) / len(codes), 1e-9)
    worth = np.clip(shares, 0.2, 5.0)[codes].astype(np.float32)
    return calibration.fitted(lines, probabilities.argmax(axis=1) == codes, worth)


def _questions(facts: Sequence[Fact], seed: int) -> list[Example]:
    """Noisy strings of unlisted merchants, and as many of listed ones; bank wording of both sorts too."""
    unknown = [fact for fact in facts if _is_unknown(fact)]
    listed = [fact for fact in facts if not _is_unknown(fact) and fact.kind in ASKED][:: UNKNOWN_OF - 1]
    return _strings([*unknown, *listed], facts, seed)


def _strings(asked: Sequence[Fact], facts: Sequence[Fact], seed: int) -> list[Example]:
    """Noisy strings of those asked for; all the facts give the cities, people and words around the names."""
    around = [fact for fact in facts if not fact.code or fact.kind == "word"]
    return [example for example in synthetic.examples([*asked, *around], seed=seed) if example.fact < len(asked)]


def _is_unknown(fact: Fact) -> bool:
    return fact.kind in ASKED and bool(fact.code) and crc32(fact.text.lower().split()[0].encode()) % UNKNOWN_OF == 0


def _ignorant(facts: Sequence[Fact], corpus: _Corpus, seed: int) -> Model:
    """A model of the facts that are not held out, with no trace of the others in its vocabulary or its phrases."""
    unknown = np.array([_is_unknown(fact) for fact in facts])
    kept = np.flatnonzero(~unknown[corpus.facts])
    matrix = corpus.matrix[kept]
    weights, bias = descent.fitted(matrix, corpus.codes[kept], seed=seed)
    known = corpus.known
    seen = np.flatnonzero(np.bincount(matrix.indices, minlength=known.size) > 1)
    phrases = gazetteer.phrases([fact for fact, out in zip(facts, unknown, strict=True) if not out])
    return Model(known.narrowed(seen), weights[seen], bias, gazetteer.Gazetteer(phrases), "")
