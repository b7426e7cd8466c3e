"""The threads of a process share one model."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from banking.categoriser import model as models
from banking.categoriser.tests.small import model

WORDS = ["".join(random.Random(seed).choices("abcdefgh", k=6)) for seed in range(6_000)]


@pytest.fixture
def switching():
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def asked(shared, seed):
    order = random.Random(seed).sample(WORDS, len(WORDS))
    for start in range(0, len(order), 50):
        shared.scores([order[start : start + 50]])


@pytest.mark.parametrize("kept", [200_000, 500])
def test_words_first_seen_by_several_threads_mean_what_they_mean_to_one(switching, monkeypatch, kept):
    monkeypatch.setattr(models, "CACHED_WORDS", kept)
    shared, alone = replace(model()), replace(model())
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(asked, [shared] * 4, range(4)))
    words = [[word] for word in WORDS]
    assert np.allclose(shared.scores(words), alone.scores(words), atol=1e-5)
