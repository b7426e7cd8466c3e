"""Where a transaction would be filed, before there is one."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from threading import Lock

from accounts.models import Book
from banking import categoriser
from banking.categoriser import Alternative
from banking.models import Category
from banking.queries.evidence import Evidence, evidence
from journal.models import Operation

KEPT_BOOKS = 16
RECENT = 50
"""So many of the newest operations tell whether something was done: a long one ends after others that began later."""
_one_at_a_time = Lock()
"""A memory learns while it answers, and threads share it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A category of the book; `confidence` from 0 to 1, `reason` a sentence."""

    category_id: int
    name: str
    confidence: float
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where it would be filed (Uncategorised when nothing is sure enough), and the best three, the best first."""

    filed: Candidate
    top: tuple[Candidate, ...]


def prediction(*, book: Book, description: str, amount: Decimal, merchant: str = "") -> Prediction:
    """Positive is money in, in the book's currency."""
    known = _evidence(book)
    with _one_at_a_time:
        asked = categoriser.Evidence(description, amount, merchant=merchant or None, currency=book.currency)
        [decision] = known.decide([asked])
    names = dict(Category.objects.filter(book=book).values_list("pk", "name"))
    top = tuple(_candidate(each, names) for each in decision.alternatives if each.label.isdecimal())
    if decision.label is not None:
        return Prediction(top[0], top)
    unsure = Candidate(known.uncategorised, names[known.uncategorised], decision.confidence, "none", decision.reason)
    return Prediction(unsure, top)


def _candidate(found: Alternative, names: dict[int, str]) -> Candidate:
    pk = int(found.label)
    return Candidate(pk, names.get(pk, ""), found.confidence, found.source, found.reason)


def _evidence(book: Book) -> Evidence:
    """What the book knows, kept between requests until something is done in it."""
    done = Operation.objects.filter(book=book).order_by("-at", "-id").values_list("pk", flat=True)
    return _kept(book, tuple(done[:RECENT]))


@lru_cache(maxsize=KEPT_BOOKS)
def _kept(book: Book, _operations: tuple[int, ...]) -> Evidence:
    return evidence(book=book)
