"""Which rows of a file are in the ledger already: counted, not merely looked up, so that what is twice stays twice."""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

NEAR = timedelta(days=4)
SAME_REFERENCE = timedelta(days=10)
REFERENCE, ROW = "ref:", "row:"
NUMBERED = re.compile(r"\+\d{1,3}$")
"""Behind an id that was taken."""
LONGEST_ID = 120


class Incoming(NamedTuple):
    """A row of the file."""

    position: int
    day: date
    amount: Decimal
    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the ledger. `told` is whether a bank that is read told it, `removed` whether a person took it out, and
    `edited` whether a person changed what the file had said.
    """

    pk: int
    day: date
    authorized_on: date | None
    amount: Decimal
    text: str
    external_id: str
    told: bool
    removed: bool
    edited: bool = False


class Twin(NamedTuple):
    """The row that a row of the file is, and how that is known; a mere likeness leaves it a row of its own."""

    pk: int
    why: str


@lru_cache(maxsize=50_000)
def worded(text: str) -> str:
    """Letters and digits only, so that blanks, signs and capitals make no difference."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def digest(day: date, amount: Decimal, text: str) -> str:
    """What tells rows without an id apart: day, amount and wording."""
    said = f"{day.isoformat()}|{amount.normalize():f}|{worded(text)}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def external_ids(rows: Sequence[Incoming]) -> list[str]:
    """An id for each row, the same each time the file is read; rows that are alike are numbered."""
    references = Counter(row.reference for row in rows if row.reference)
    alike: Counter[str] = Counter()
    found = []
    for row in rows:
        if row.reference and references[row.reference] == 1:
            found.append(_of_reference(row.reference, row.day))
            continue
        name = digest(row.day, row.amount, row.text)
        found.append(f"{ROW}{name}:{alike[name]}")
        alike[name] += 1
    return found


def _of_reference(reference: str, day: date) -> str:
    """Some banks use an id again in another month, so the day belongs to it."""
    plain = f"{REFERENCE}{day.isoformat()}:{reference}"
    return plain if len(plain) <= LONGEST_ID else f"{plain[:80]}{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


class Ledger:
    """What is there, each row to be taken once."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.taken: set[int] = set()
        self.by_reference: dict[str, list[Known]] = defaultdict(list)
        self.by_digest: dict[str, list[Known]] = defaultdict(list)
        self.by_amount: dict[Decimal, list[Known]] = defaultdict(list)
        for row in known:
            self.by_amount[row.amount].append(row)
            if row.external_id.startswith(REFERENCE):
                self.by_reference[NUMBERED.sub("", row.external_id[len(REFERENCE) + 11 :])].append(row)
                self.by_digest[digest(row.day, row.amount, row.text)].append(row)
            elif row.external_id.startswith(ROW):
                self.by_digest[row.external_id[len(ROW) : len(ROW) + 32]].append(row)
            else:
                self.by_digest[digest(row.day, row.amount, row.text)].append(row)

    def take(self, rows: Iterable[Known], why: str) -> Twin | None:
        """The first that is not taken yet."""
        for row in rows:
            if row.pk not in self.taken:
                self.taken.add(row.pk)
                return Twin(row.pk, "removed" if row.removed else why)
        return None


def twins(rows: Sequence[Incoming], known: Iterable[Known]) -> tuple[dict[int, Twin], dict[int, Twin]]:
    """By position the rows that are there, and the rows that merely look like one that is there.

    The surest first: the bank's id; day, amount and wording; what a bank that is read told of that day or near it.
    """
    ledger = Ledger(known)
    references = Counter(row.reference for row in rows if row.reference)
    found: dict[int, Twin] = {}
    for step in (_by_reference, _by_digest, _told_that_day, _told_near):
        for row in rows:
            if row.position not in found and (twin := step(row, ledger, references[row.reference] == 1)):
                found[row.position] = twin
    likely: dict[int, Twin] = {}
    for row in rows:
        if row.position not in found:
            same = [each for each in ledger.by_amount.get(row.amount, ()) if each.day == row.day]
            if twin := ledger.take(same, "alike"):
                likely[row.position] = twin
    return found, likely


def _by_reference(row: Incoming, ledger: Ledger, unique: bool) -> Twin | None:
    """A payer may use a reference again, so another amount under another wording is another row."""
    if not row.reference or not unique:
        return None
    same = ledger.by_reference.get(row.reference, ())
    near = [each for each in same if each.amount == row.amount and abs(each.day - row.day) <= SAME_REFERENCE]
    that_day = [each for each in same if each.external_id[len(REFERENCE) :][:10] == row.day.isoformat()]
    exact = [each for each in that_day if each.amount == row.amount]
    corrected = [each for each in that_day if each.edited or worded(each.text) == worded(row.text)]
    return ledger.take([*exact, *near, *corrected], "reference")


def _by_digest(row: Incoming, ledger: Ledger, unique: bool) -> Twin | None:
    """Two rows that both have an id of the bank, and not the same, are two."""
    same = ledger.by_digest.get(digest(row.day, row.amount, row.text), ())
    if row.reference and unique:
        same = [each for each in same if not each.external_id.startswith(REFERENCE)]
    return ledger.take(same, "same")


def _told_that_day(row: Incoming, ledger: Ledger, _unique: bool) -> Twin | None:
    rows = ledger.by_amount.get(row.amount, ())
    return ledger.take([each for each in rows if each.told and row.day in {each.day, each.authorized_on}], "told")


def _told_near(row: Incoming, ledger: Ledger, _unique: bool) -> Twin | None:
    rows = [each for each in ledger.by_amount.get(row.amount, ()) if each.told and abs(each.day - row.day) <= NEAR]
    words = _words(row.text)
    alike = [each for each in rows if words & _words(each.text)]
    return ledger.take(sorted(alike, key=lambda each: abs(each.day - row.day)), "near")


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    """The words of three letters and more."""
    plain = "".join(sign if sign.isalpha() else " " for sign in text.casefold())
    return frozenset(word for word in plain.split() if len(word) >= 3)
