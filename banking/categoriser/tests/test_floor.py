"""Measured floors on development data, where CATEGORISE_DEV names a folder that has it."""

import json
import os
from pathlib import Path

import pytest

from banking.categoriser import training
from banking.categoriser.decide import categorise
from banking.categoriser.protocol import answer, evidence

FOLDER = os.environ.get("CATEGORISE_DEV", "")
FLOORS = {"dev_us_card": 0.628, "dev_au": 0.626}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDER, reason="CATEGORISE_DEV is not set")]


@pytest.fixture(scope="module")
def model():
    return training.train()


@pytest.mark.parametrize("name", FLOORS)
def test_accuracy_stays_above_the_floor(name, model):
    with (Path(FOLDER) / f"{name}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    told = [answer(each) for each in categorise([evidence(row) for row in rows], model=model)]
    right = sum(each["category"] in row["accept"] for each, row in zip(told, rows, strict=True))
    assert right / len(rows) >= FLOORS[name]
