"""How good the categoriser is on labelled rows.

`python -m banking.categoriser.tests.scoring MODEL_FOLDER [ROWS.jsonl ...]` prints the figures of docs/categoriser.md.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from banking.categoriser import artefact
from banking.categoriser.codes import CODES, of_provider
from banking.categoriser.decide import categorise
from banking.categoriser.model import Model
from banking.categoriser.protocol import Person, answer, evidence
from sandboxbank import merchants

PRECISION = 0.95
START = date(2025, 1, 1)
PLACE = merchants.Place("Portland", "OR")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the protocol asks it, what is right, and what would also do."""

    asked: dict[str, Any]
    gold: str
    accept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1.

    Right of all rows; right of one row per wording; filed with PRECISION by confidence, of all and of one per wording;
    by how much the confidence is off, on average over tenths, of one row per wording.
    """

    rows: float
    unique: float
    coverage: float
    coverage_unique: float
    error: float


def cold(rows: Sequence[Row], model: Model) -> Score:
    """For somebody of whom nothing is known."""
    told = [answer(each) for each in categorise([evidence(row.asked) for row in rows], model=model)]
    right = [each["category"] in row.accept for each, row in zip(told, rows, strict=True)]
    sure = [float(str(each["confidence"])) for each in told]
    firsts = _unique(rows)
    sure_firsts, right_firsts = [sure[at] for at in firsts], [right[at] for at in firsts]
    return Score(
        rows=sum(right) / len(rows),
        unique=sum(right_firsts) / len(firsts),
        coverage=_coverage(sure, right),
        coverage_unique=_coverage(sure_firsts, right_firsts),
        error=_error(sure_firsts, right_firsts),
    )


def read(path: Path) -> list[Row]:
    """Labelled rows: those of the protocol with `gold` (what is right) and `accept` (what would do)."""
    with path.open(encoding="utf-8") as lines:
        return [Row(row, row["gold"], frozenset(row["accept"])) for row in map(json.loads, lines)]


def personal(rows: Sequence[Row], model: Model) -> float:
    """The share that is exactly right, row by row in the order of days, each confirmed or corrected afterwards."""
    person, right = Person(model), 0
    for row in sorted(rows, key=lambda each: (each.asked["date"], each.asked["id"])):
        right += person.predict(row.asked)["category"] == row.gold
        person.learn({"id": row.asked["id"], "category": row.gold})
    return right / len(rows)


def _unique(rows: Sequence[Row]) -> list[int]:
    """One row for each wording and sign, whatever its numbers: one with the label that most of them have."""
    alike: dict[tuple[str, bool], list[int]] = {}
    for at, row in enumerate(rows):
        text = row.asked["description"].lower()
        words = re.sub(r"[^a-z]+", " ", re.sub(r"\S*\d\S*", " ", text)).strip() or text
        alike.setdefault((words, row.asked["amount"] > 0), []).append(at)
    found = []
    for places in alike.values():
        [(most, _count)] = Counter(rows[at].gold for at in places).most_common(1)
        found.append(next(at for at in places if rows[at].gold == most))
    return found


def _coverage(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The largest share, surest first and equals together, of which PRECISION is right."""
    order = sorted(range(len(right)), key=lambda at: -confidences[at])
    good, found = 0, 0.0
    for count, at in enumerate(order, 1):
        good += right[at]
        last = count == len(order) or confidences[order[count]] != confidences[at]
        if last and good / count >= PRECISION:
            found = count / len(order)
    return found


def _error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: how far share right and mean confidence are apart, by tenths of confidence."""
    tenths: dict[int, list[int]] = {}
    for at, confidence in enumerate(confidences):
        tenths.setdefault(min(9, int(confidence * 10)), []).append(at)
    gaps = (abs(sum(confidences[at] for at in places) - sum(right[at] for at in places)) for places in tenths.values())
    return sum(gaps) / len(right)


def statement(count: int = 900, *, seed: int = 7) -> list[Row]:
    """A made-up person's rows as the sandbox bank words them; some merchants are used often, most hardly ever."""
    dice = random.Random(seed)
    known = sorted((each for each in merchants.ALL.values() if of_provider(each.category)), key=lambda each: each.key)
    dice.shuffle(known)
    often = [1 / (place + 3) for place in range(len(known))]
    chosen = [*known, *dice.choices(known, weights=often, k=count - len(known))]
    return [_row(at, merchant, dice) for at, merchant in enumerate(chosen)]


def with_habits(rows: Sequence[Row]) -> list[Row]:
    """The same rows of a person who files about every ninth merchant their own way."""
    return [Row(row.asked, _habit(row), frozenset([_habit(row)])) for row in rows]


def _row(at: int, merchant: merchants.Merchant, dice: random.Random) -> Row:
    day = START + timedelta(days=int(dice.random() * 700))
    cents = 100 + int(dice.random() * 9000)
    code, _system = of_provider(merchant.category) or ("", "")
    comes_in = code == "INCOME" or merchant.category.startswith("TRANSFER_IN")
    asked = {
        "id": f"{at:05}",
        "description": merchants.word(merchant, PLACE, day, dice, cents=cents).text,
        "merchant": None,
        "amount": Decimal(cents if comes_in else -cents) / 100,
        "date": day.isoformat(),
    }
    return Row(asked, code, frozenset([code]))


def _habit(row: Row) -> str:
    words = re.sub(r"[^A-Z]", "", row.asked["description"])[:6]
    own = sum(map(ord, words)) % 9 == 0
    return CODES[(CODES.index(row.gold) + 5) % len(CODES)] if own else row.gold


def main(folder: str, *files: str) -> None:
    model = artefact.load(Path(folder))
    print(f"{'':20} rows  unique  coverage  coverage unique  error  personal")
    for name, rows in (("made-up statement", statement()), *((Path(file).stem, read(Path(file))) for file in files)):
        found = cold(rows, model)
        print(
            f"{name:20} {found.rows:.3f}  {found.unique:.3f}   {found.coverage:.3f}     {found.coverage_unique:.3f}"
            f"            {found.error:.3f}  {personal(rows, model):.3f}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
