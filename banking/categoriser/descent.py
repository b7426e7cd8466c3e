"""The linear part of the model: softmax regression by scikit-learn, as a network without hidden layers."""

import warnings

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from banking.categoriser.codes import CODES
from banking.categoriser.features import Floats, Integers

EPOCHS, BATCH, RATE = 2, 1024, 0.014
STEPS = 300
"""At least so many, however few the rows are."""
BALANCE = 0.5
"""How far rare codes are raised: 0 not at all, 1 until all codes weigh the same."""


def fitted(matrix: csr_matrix, codes: Integers, *, seed: int) -> tuple[Floats, Floats]:
    """(weights, bias): features by codes; the same rows and seed give the same."""
    counts = np.bincount(codes, minlength=len(CODES))
    worth = ((counts.mean() / np.maximum(counts, 1)) ** BALANCE)[codes]
    linear = MLPClassifier(
        hidden_layer_sizes=(),
        alpha=0.0,
        batch_size=min(BATCH, len(codes)),
        learning_rate_init=RATE,
        max_iter=max(EPOCHS, STEPS * BATCH // len(codes)),
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        linear.fit(matrix, codes, sample_weight=worth)
    weights = np.zeros((matrix.shape[1], len(CODES)), dtype=np.float32)
    bias = np.full(len(CODES), -9.0, dtype=np.float32)
    weights[:, linear.classes_] = linear.coefs_[0]
    bias[linear.classes_] = linear.intercepts_[0]
    return weights, bias
