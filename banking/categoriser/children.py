"""The finer system category of a row, from telling words, once its code is known."""

import csv
from collections.abc import Mapping
from functools import cache

from banking.categoriser.codes import CODE_OF_SYSTEM, FACTS
from banking.categoriser.normalise import normalise

LONGEST = 3


def child(text: str, code: str) -> str | None:
    """The system category that a phrase of the normalised text names within the code, longest phrase first."""
    known = _table().get(code)
    if known is None:
        return None
    words = text.split()
    for size in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            found = known.get(" ".join(words[start : start + size]))
            if found is not None:
                return found
    return None


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """Code -> phrase -> system category."""
    table: dict[str, dict[str, str]] = {}
    with (FACTS / "children.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for phrase in row["phrases"].split("; "):
                table.setdefault(CODE_OF_SYSTEM[row["system"]], {})[normalise(phrase)] = row["system"]
    return table
