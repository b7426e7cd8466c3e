"""Rows in and answers out as JSON lines, for other programs and for measuring.

A row is {"id", "description", "merchant", "amount", "date", "provider_category"}, money out negative; an answer is
{"category" (one of the sixteen codes), "confidence", "explanation"}.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, BinaryIO

import orjson

from banking.categoriser.decide import categorise
from banking.categoriser.evidence import Decision, Evidence
from banking.categoriser.memory import Filed, Memory
from banking.categoriser.model import Model

BATCH = 4096
Row = Mapping[str, Any]


def batch(source: BinaryIO, target: BinaryIO, model: Model | None) -> None:
    """Answer every line, in order, a few thousand at a time."""
    lines = (line for line in source if line.strip())
    while block := list(islice(lines, BATCH)):
        rows = [evidence(orjson.loads(line)) for line in block]
        answers = (answer(decision) for decision in categorise(rows, model=model, most=1))
        target.write(b"".join(orjson.dumps(one) + b"\n" for one in answers))
    target.flush()


def converse(source: Iterable[bytes], say: Callable[[bytes], None], model: Model | None) -> None:
    """One answer per line: {"op": "predict", **row} or {"op": "learn", "id", "category"} of a row asked before."""
    person = Person(model)
    for line in source:
        if line.strip():
            asked = orjson.loads(line)
            say(orjson.dumps(person.learn(asked) if asked.get("op") == "learn" else person.predict(asked)))


class Person:
    """One person's rows in date order: predicted, then confirmed or corrected."""

    def __init__(self, model: Model | None) -> None:
        self.model = model
        self.memory = Memory()
        self._asked: dict[str, tuple[Evidence, str | None]] = {}

    def predict(self, row: Row) -> dict[str, object]:
        seen = evidence(row)
        found = answer(categorise([seen], memory=self.memory, model=self.model)[0])
        self._asked[str(row["id"])] = (seen, str(found["category"]))
        return found

    def learn(self, told: Row) -> dict[str, object]:
        seen, said = self._asked.pop(str(told["id"]))
        label = str(told["category"])
        self.memory.learn(Filed(seen.description, seen.amount, label, seen.day, seen.merchant, corrected=said != label))
        return {}


def evidence(row: Row) -> Evidence:
    day = row.get("date")
    return Evidence(
        description=str(row.get("description") or ""),
        amount=_amount(row.get("amount")),
        merchant=row.get("merchant") or None,
        day=date.fromisoformat(day[:10]) if day else None,
        provider_code=row.get("provider_category") or None,
    )


def answer(decision: Decision) -> dict[str, object]:
    best = decision.suggestion
    return {
        "category": (best.code or best.label) if best else None,
        "confidence": round(decision.confidence, 4),
        "explanation": decision.reason,
    }


def _amount(value: object) -> Decimal:
    try:
        return Decimal(str(value if value is not None else 0))
    except InvalidOperation:
        return Decimal(0)
