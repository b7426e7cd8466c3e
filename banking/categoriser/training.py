"""Make the global model from the facts. The only module that needs scikit-learn."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from banking.categoriser import artefact, features, gazetteer, synthetic
from banking.categoriser import facts as facts_of
from banking.categoriser.codes import CODES, FACTS
from banking.categoriser.facts import Fact
from banking.categoriser.features import Floats, Vocabulary
from banking.categoriser.model import Model

SEED = 2017
ALPHA = 1e-5


def train(folder: Path = FACTS, *, seed: int = SEED) -> Model:
    """The same facts and seed give the same weights."""
    return fit(facts_of.read(folder), digest=facts_of.digest(folder), seed=seed)


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
    facts = facts_of.read(source)
    model = fit(facts, digest=facts_of.digest(source), seed=seed)
    seconds = time.perf_counter() - started
    held_out = held_out_accuracy(facts, seed=seed) if measure else None
    trained = {"seed": seed, "sklearn": sklearn.__version__, "numpy": np.__version__, "facts": len(facts)}
    artefact.save(model, target, trained=trained)
    size = (target / artefact.WEIGHTS).stat().st_size
    return Report(target, seconds, len(facts), model.vocabulary.size, size, model.digest, held_out)


def held_out_accuracy(facts: Sequence[Fact], *, seed: int = SEED) -> float:
    """Train without every tenth brand, then ask about noisy strings of those."""
    kept = [fact for at, fact in enumerate(facts) if at % 10 or fact.kind not in ("brand", "chain")]
    asked = [fact for at, fact in enumerate(facts) if at % 10 == 0 and fact.kind in ("brand", "chain")]
    model = fit(kept, digest="", seed=seed)
    examples = synthetic.examples([*asked, *(fact for fact in facts if not fact.code)], seed=seed + 1)
    told = model.predict([example.text for example in examples], [0] * len(examples)).probabilities.argmax(axis=1)
    return float((told == [example.code for example in examples]).mean())


def fit(facts: Sequence[Fact], *, digest: str, seed: int = SEED) -> Model:
    examples = synthetic.examples(facts, seed=seed)
    texts = [example.text for example in examples]
    known = features.learn(texts)
    codes = np.array([example.code for example in examples])
    weights, bias = _fitted(texts, codes, known, seed)
    return Model(known, weights, bias, gazetteer.Gazetteer(gazetteer.phrases(facts)), digest)


def _fitted(texts: Sequence[str], codes: features.Integers, known: Vocabulary, seed: int) -> tuple[Floats, Floats]:
    borders, places, values = features.rows(texts, known)
    matrix = csr_matrix((values, places, borders), shape=(len(texts), known.size))
    counts = np.bincount(codes, minlength=len(CODES))
    balance = counts.mean() / np.maximum(counts, 1)
    linear = SGDClassifier(loss="log_loss", alpha=ALPHA, max_iter=6, tol=None, random_state=seed, average=True)
    linear.fit(matrix, codes, sample_weight=balance[codes])
    weights = np.zeros((known.size, len(CODES)), dtype=np.float32)
    bias = np.full(len(CODES), -9.0, dtype=np.float32)
    weights[:, linear.classes_] = linear.coef_.T
    bias[linear.classes_] = linear.intercept_
    return weights, bias
