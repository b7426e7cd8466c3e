"""What the global model is made from: the CSV files in `facts/`, and the hash that names one state of them."""

import csv
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from banking.categoriser.codes import FACTS

TABLES = frozenset({"categories.csv", "pfc.csv", "children.csv"})


class Fact(NamedTuple):
    """`kind` is brand, chain (a brand taken from OpenStreetMap), word, template, or one that has no code.

    Those are city, state, bank, person, company, name (as in "joes"), given and surname.

    Kind "clear" tells of a brand of one word that it means nothing else, whatever longer names it is part of.
    """

    kind: str
    text: str
    code: str


def read(folder: Path = FACTS) -> tuple[Fact, ...]:
    """Every fact of the folder's lists, in a fixed order and without repeats."""
    return tuple(dict.fromkeys(fact for path in sources(folder) for fact in _read_one(path)))


def sources(folder: Path = FACTS) -> list[Path]:
    """The lists themselves: every CSV with a `text` column, own ones first."""
    names = sorted(path for path in folder.glob("*.csv") if path.name not in TABLES)
    return sorted(names, key=lambda path: path.name == "nsi.csv")


def digest(folder: Path = FACTS) -> str:
    """SHA-256 over the lists: two equal digests train to the same model."""
    found = hashlib.sha256()
    for path in sources(folder):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _read_one(path: Path) -> Iterator[Fact]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        names = {name: place for place, name in enumerate(next(rows))}
        kind, text, code = names.get("kind"), names["text"], names["category"]
        for row in rows:
            yield Fact((row[kind] if kind is not None else "") or "chain", row[text], row[code])


@cache
def shipped() -> tuple[Fact, ...]:
    """The facts of this release, read once."""
    return read()
