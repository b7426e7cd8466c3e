import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from banking.categoriser import embed, protocol
from banking.categoriser.tests.small import model

ROOT = Path(__file__).resolve().parents[3]
ROW = {"id": "1", "description": "STARBUCKS 12", "merchant": None, "amount": -4.5, "date": "2026-01-02"}


def test_batch_answers_in_order():
    lines = [json.dumps(ROW | {"id": str(at), "description": text}) for at, text in enumerate(("STARBUCKS", "SAFEWAY"))]
    out = io.BytesIO()
    protocol.batch(io.BytesIO("\n".join(lines).encode()), out, model())
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["category"] for answer in answers] == ["DINING", "GROCERIES"]
    assert all(answer["explanation"] and 0 <= answer["confidence"] <= 1 for answer in answers)


def test_conversation_learns():
    asked = [
        {"op": "predict"} | ROW,
        {"op": "learn", "id": "1", "category": "SERVICES"},
        {"op": "predict"} | ROW | {"id": "2", "description": "STARBUCKS 77"},
    ]
    said = []
    protocol.converse([json.dumps(line).encode() for line in asked], said.append, model())
    assert [json.loads(line).get("category") for line in said] == ["DINING", None, "SERVICES"]


def test_odd_amounts_are_read():
    assert protocol.evidence(ROW | {"amount": None}).amount == 0
    assert protocol.evidence(ROW | {"amount": "x"}).amount == 0


@pytest.mark.slow
def test_command_speaks_the_protocol(settings):
    place = Path(settings.CATEGORISER_DIR)
    if not (place / "model.json").exists():
        pytest.skip("no trained model here")
    told = subprocess.run(
        [sys.executable, "manage.py", "categorise_jsonl"],
        input=json.dumps(ROW),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    assert json.loads(told.stdout)["category"] == "DINING"


def test_vectors_are_unit_length_and_near_for_near_spellings():
    one, two, far = embed(["STARBUCKS COFFEE 123", "STARBUCKS COFFE", "SHELL OIL"])
    assert len(one) == 256
    assert np.isclose(one @ one, 1)
    assert one @ two > 0.7 > one @ far
