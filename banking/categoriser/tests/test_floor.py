"""The categoriser is never worse than it was, on a made-up person's rows and, where they are, on real ones."""

import json
import os
from pathlib import Path

import pytest

from banking.categoriser import training
from banking.categoriser.tests import scoring
from banking.categoriser.tests.scoring import Row, Score

FOLDER = os.environ.get("CATEGORISE_DEV", "")
FLOOR, PERSONAL_FLOOR = Score(rows=0.945, unique=0.91, coverage=0.95), 0.955
REAL = {
    "dev_us_card": (Score(rows=0.765, unique=0.725, coverage=0.195), 0.83),
    "dev_au": (Score(rows=0.735, unique=0.655, coverage=0.42), 0.87),
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    return training.train()


def test_rows_of_somebody_unknown(model):
    assert_at_least(scoring.cold(scoring.statement(), model), FLOOR)


def test_rows_of_somebody_with_habits_of_their_own(model):
    rows = scoring.with_habits(scoring.statement())
    assert scoring.personal(rows, model) >= PERSONAL_FLOOR


@pytest.mark.skipif(not FOLDER, reason="CATEGORISE_DEV names no folder with development data")
@pytest.mark.parametrize("name", REAL)
def test_real_rows(name, model):
    with (Path(FOLDER) / f"{name}.jsonl").open(encoding="utf-8") as lines:
        rows = [Row(row, row["gold"], frozenset(row["accept"])) for row in map(json.loads, lines)]
    floor, personal = REAL[name]
    assert_at_least(scoring.cold(rows, model), floor)
    assert scoring.personal(rows, model) >= personal


def assert_at_least(score, floor):
    assert score.rows >= floor.rows, score
    assert score.unique >= floor.unique, score
    assert score.coverage >= floor.coverage, score
