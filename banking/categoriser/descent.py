"""Softmax regression on sparse rows by AdaGrad in small batches: the linear part of the model in a few seconds."""

import numpy as np
from scipy.sparse import csr_matrix

from banking.categoriser.codes import CODES
from banking.categoriser.features import Floats, Integers

EPOCHS, BATCH = 2, 256
RATE, LAST_RATE = 0.2, 0.02
BALANCE = 0.5
"""How far rare codes are raised: 0 not at all, 1 until all codes weigh the same."""


def fitted(matrix: csr_matrix, codes: Integers, *, seed: int) -> tuple[Floats, Floats]:
    """(weights, bias): features by codes; the same rows and seed give the same."""
    rows, width = matrix.shape
    weights = np.zeros((width, len(CODES)), dtype=np.float32)
    squares = np.full((width, 1), 1e-3, dtype=np.float32)
    bias = np.zeros(len(CODES), dtype=np.float32)
    counts = np.bincount(codes, minlength=len(CODES))
    worth = ((counts.mean() / np.maximum(counts, 1)) ** BALANCE)[codes].astype(np.float32)
    chance = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        order = chance.permutation(rows)
        shuffled = matrix[order]
        rate = RATE * (1 - epoch / EPOCHS) + LAST_RATE
        for start in range(0, rows, BATCH):
            chosen = order[start : start + BATCH]
            block = shuffled[start : start + BATCH]
            places, narrow = _narrow(block)
            wrong = _probabilities(narrow @ weights[places] + bias)
            wrong[np.arange(len(chosen)), codes[chosen]] -= 1
            wrong *= worth[chosen][:, None]
            slope = narrow.T @ wrong
            squares[places] += (slope**2).mean(axis=1, keepdims=True)
            weights[places] -= rate * slope / np.sqrt(squares[places])
            bias -= rate * 0.02 * wrong.mean(axis=0)
    bias[counts == 0] = -9.0
    return weights, bias


def _narrow(block: csr_matrix) -> tuple[Integers, csr_matrix]:
    """The columns that occur, and the block with those alone."""
    places, inside = np.unique(block.indices, return_inverse=True)
    return places, csr_matrix((block.data, inside, block.indptr), shape=(block.shape[0], len(places)))


def _probabilities(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
