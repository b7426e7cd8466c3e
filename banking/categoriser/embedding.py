"""Texts as vectors: hashed letter groups, so that near spellings lie near each other. No training, no model."""

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from banking.categoriser.features import Floats
from banking.categoriser.normalise import normalise

DIMENSIONS = 256


def embed(descriptions: Sequence[str], *, dimensions: int = DIMENSIONS) -> Floats:
    """One row of length 1 per description (zeros for an empty one); the cosine of two rows is their dot product."""
    return embed_texts([normalise(description) for description in descriptions], dimensions=dimensions)


def embed_texts(texts: Sequence[str], *, dimensions: int = DIMENSIONS) -> Floats:
    """The same for texts that are normalised already."""
    found = np.zeros((len(texts), dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            found[row] += _word(word, dimensions)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)


@lru_cache(maxsize=20_000)
def _word(word: str, dimensions: int) -> Floats:
    vector = np.zeros(dimensions, dtype=np.float32)
    padded = f"_{word}_"
    for size in (2, 3, 4):
        for at in range(len(padded) - size + 1):
            place = crc32(padded[at : at + size].encode())
            vector[place % dimensions] += 1.0 if place & 0x10000 else -1.0
    return vector
