"""How good the categoriser is on labelled rows."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

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
    """Shares from 0 to 1: right of all rows, right of one row per wording, and filed with PRECISION by confidence."""

    rows: float
    unique: float
    coverage: float


def cold(rows: Sequence[Row], model: Model) -> Score:
    """For somebody of whom nothing is known."""
    told = [answer(each) for each in categorise([evidence(row.asked) for row in rows], model=model)]
    right = [each["category"] in row.accept for each, row in zip(told, rows, strict=True)]
    firsts = _unique(rows)
    return Score(
        rows=sum(right) / len(rows),
        unique=sum(right[at] for at in firsts) / len(firsts),
        coverage=_coverage([float(str(each["confidence"])) for each in told], right),
    )


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
