"""The trained model on disk: `model.json` and the file of weights that it names, no pickle."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from banking.categoriser import facts
from banking.categoriser.features import Vocabulary
from banking.categoriser.gazetteer import Gazetteer, Phrase
from banking.categoriser.model import Model

Array = npt.NDArray[np.generic]

FORMAT = 2
CARD = "model.json"


class ModelUnavailable(Exception):
    """There is no model to use; `reason` is missing, damaged, format or facts."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Card:
    """What `model.json` says: SHA-256 of the facts and of the weights, how the training went, and the weights' file."""

    format: int
    facts: str
    weights: str
    trained: Mapping[str, str | int | float]
    file: str = "model.npz"


def save(model: Model, folder: Path, *, trained: Mapping[str, str | int | float]) -> Card:
    """Write both files whole or not at all: whoever loads meanwhile gets the model of before or this one."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _file_before(folder)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".npz", delete=False) as file:
        np.savez_compressed(file, allow_pickle=False, **_arrays(model))
    weights = hashlib.sha256(Path(file.name).read_bytes()).hexdigest()
    card = Card(FORMAT, model.digest, weights, dict(trained), f"model-{weights[:16]}.npz")
    os.replace(file.name, folder / card.file)
    partial = folder / f"{CARD}.part"
    partial.write_text(json.dumps(asdict(card), indent=2), encoding="utf-8")
    os.replace(partial, folder / CARD)
    for old in folder.glob("model*.npz"):
        if old.name not in {card.file, before}:
            old.unlink(missing_ok=True)
    return card


def _file_before(folder: Path) -> str:
    """The weights that a process may be about to read."""
    try:
        return read_card(folder).file
    except ModelUnavailable:
        return ""


def stamp(folder: Path) -> tuple[int, int, int] | None:
    """Another one for every model that was saved there; None where none was."""
    try:
        found = (folder / CARD).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def load(folder: Path, *, digest: str | None = None) -> Model:
    """The model, verified; raise ModelUnavailable. `digest` is that of the shipped facts unless given."""
    card = read_card(folder)
    if card.facts != (digest or facts.digest()):
        raise ModelUnavailable("facts", "the model was trained from other facts; run train_categoriser")
    try:
        if hashlib.sha256((folder / card.file).read_bytes()).hexdigest() != card.weights:
            raise ModelUnavailable("damaged", f"{card.file} differs from its checksum")
        with np.load(folder / card.file, allow_pickle=False) as arrays:
            return _model(arrays, card.facts)
    except FileNotFoundError as error:
        raise ModelUnavailable("missing", str(error)) from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelUnavailable("damaged", str(error)) from error


def read_card(folder: Path) -> Card:
    try:
        card = Card(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ModelUnavailable("missing", f"no {CARD} in {folder}; run train_categoriser") from error
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnavailable("damaged", f"{CARD} cannot be read: {error}") from error
    if card.format != FORMAT:
        raise ModelUnavailable("format", f"format {card.format}, this release reads {FORMAT}")
    return card


def _arrays(model: Model) -> dict[str, Array]:
    known, found = model.vocabulary, model.gazetteer.phrases.values()
    return {
        "weights": model.weights.astype(np.float16),
        "idf": known.idf.astype(np.float16),
        "bias": model.bias,
        "coefficients": np.zeros(0, dtype=np.float32) if model.coefficients is None else model.coefficients,
        "words": _packed(known.words),
        "grams": _packed(known.grams),
        "phrases": _packed(phrase.text for phrase in found),
        "marks": np.array([(phrase.code, phrase.kind) for phrase in found], dtype=np.int8).reshape(-1, 2),
    }


def _model(arrays: Mapping[str, Array], digest: str) -> Model:
    words, grams, texts = (_unpacked(arrays[name]) for name in ("words", "grams", "phrases"))
    known = Vocabulary(
        {word: place for place, word in enumerate(words)},
        {gram: place for place, gram in enumerate(grams, len(words))},
        arrays["idf"].astype(np.float32),
    )
    marks = arrays["marks"].astype(int).tolist()
    phrases = (Phrase(text, code, kind) for text, (code, kind) in zip(texts, marks, strict=True))
    weights = arrays["weights"].astype(np.float32)
    coefficients = arrays["coefficients"].astype(np.float32)
    bias = arrays["bias"].astype(np.float32)
    return Model(known, weights, bias, Gazetteer(phrases), digest, coefficients if len(coefficients) else None)


def _packed(names: Iterable[str]) -> Array:
    text = "\n".join(names)
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _unpacked(array: Array) -> list[str]:
    return array.tobytes().decode().split("\n")
