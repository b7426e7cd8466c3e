"""The linear part of the model: scikit-learn's logistic regressions, one against all, by averaged descent."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from banking.categoriser.codes import CODES
from banking.categoriser.features import Floats, Integers

ALPHA, EPOCHS = 1e-5, 4
BALANCE = 0.5
"""How far rare codes are raised: 0 not at all, 1 until all codes weigh the same."""


def fitted(matrix: csr_matrix, codes: Integers, *, seed: int) -> tuple[Floats, Floats]:
    """(weights, bias): features by codes; the same rows and seed give the same."""
    counts = np.bincount(codes, minlength=len(CODES))
    worth = ((counts.mean() / np.maximum(counts, 1)) ** BALANCE)[codes]
    linear = SGDClassifier(loss="log_loss", alpha=ALPHA, max_iter=EPOCHS, tol=None, random_state=seed, average=True)
    linear.fit(matrix, codes, sample_weight=worth)
    weights = np.zeros((matrix.shape[1], len(CODES)), dtype=np.float32)
    bias = np.full(len(CODES), -9.0, dtype=np.float32)
    weights[:, linear.classes_] = linear.coef_.T
    bias[linear.classes_] = linear.intercept_
    return weights, bias
