"""The categoriser is never worse than it was, on a made-up person's rows and, where they are, on real ones."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from banking.categoriser import load_or_none, training
from banking.categoriser.tests import scoring
from banking.categoriser.tests.scoring import Score

FOLDER = os.environ.get("CATEGORISE_DEV", "")
FLOOR, PERSONAL_FLOOR = Score(0.945, 0.91, 0.95, 0.6, 0.1), 0.955
REAL = {
    "dev_us_card": (Score(0.78, 0.738, 0.3, 0.22, 0.06), 0.848),
    "dev_au": (Score(0.74, 0.69, 0.46, 0.16, 0.075), 0.876),
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    """The one that set-up trained from the facts as they are, else one that is trained now."""
    return load_or_none(settings.CATEGORISER_DIR) or training.train()


def test_rows_of_somebody_unknown(model):
    assert_at_least(scoring.cold(scoring.statement(), model), FLOOR)


def test_rows_of_somebody_with_habits_of_their_own(model):
    rows = scoring.with_habits(scoring.statement())
    assert scoring.personal(rows, model) >= PERSONAL_FLOOR


@pytest.mark.skipif(not FOLDER, reason="CATEGORISE_DEV names no folder with development data")
@pytest.mark.parametrize("name", REAL)
def test_real_rows(name, model):
    rows = scoring.read(Path(FOLDER) / f"{name}.jsonl")
    floor, personal = REAL[name]
    assert_at_least(scoring.cold(rows, model), floor)
    assert scoring.personal(rows, model) >= personal


def assert_at_least(score, floor):
    assert score.rows >= floor.rows, score
    assert score.unique >= floor.unique, score
    assert score.coverage >= floor.coverage, score
    assert score.coverage_unique >= floor.coverage_unique, score
    assert score.error <= floor.error, score
