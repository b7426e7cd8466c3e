"""What is known in a book about where its rows belong: the input of every categorising decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from accounts.models import Book
from banking import categoriser
from banking.categoriser import labels
from banking.models import Category, EvidenceSource, Rule, Transaction

REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A book's rules, history and categories; `decide` needs no further query."""

    rules: tuple[categoriser.RuleEvidence, ...]
    memory: categoriser.Memory
    labels: categoriser.Labels
    uncategorised: int

    def decide(self, rows: Sequence[categoriser.Evidence]) -> list[categoriser.Decision]:
        """One decision per row; labels are category ids as text. Without a model the rest still decides."""
        return categoriser.categorise(rows, rules=self.rules, memory=self.memory, model=model(), labels=self.labels)


def model() -> categoriser.Model | None:
    """The trained model of this machine, or None when it is missing or damaged."""
    return _model(settings.CATEGORISER_DIR)


@lru_cache(maxsize=1)
def _model(folder: object) -> categoriser.Model | None:
    return categoriser.load_or_none(settings.CATEGORISER_DIR)


def evidence(*, book: Book) -> Evidence:
    """Three queries, whatever the size of the book: the newest REMEMBERED rows that the user filed are enough.

    What leads to an archived category is no evidence; neither is a row that the user left uncategorised.
    """
    categories = Category.objects.filter(book=book, archived_at=None).order_by("pk")
    found = list(categories.values_list("pk", "name", "code", "parent__code"))
    return Evidence(
        rules=tuple(_rule(rule) for rule in Rule.objects.filter(book=book, category__archived_at=None).order_by("-id")),
        memory=categoriser.Memory(_filed(book)),
        labels=labels.of((str(pk), name, code or (f"+{above}" if above else None)) for pk, name, code, above in found),
        uncategorised=next((pk for pk, _, code, _ in found if code == categoriser.UNCATEGORISED), 0),
    )


def _rule(rule: Rule) -> categoriser.RuleEvidence:
    return categoriser.RuleEvidence(
        id=str(rule.pk),
        name=rule.contains,
        contains=rule.contains,
        label=str(rule.category_id),
        amount_min=rule.amount_min,
        amount_max=rule.amount_max,
        direction="in" if rule.direction == "in" else "out" if rule.direction == "out" else None,
    )


def _filed(book: Book) -> list[categoriser.Filed]:
    """The newest rows that the user filed, in the order in which they did so, whatever the rows' days.

    A merchant's name that they typed is not what the bank will write next time: there the wording counts. The part of a
    split says nothing about the next purchase there.
    """
    rows = (
        Transaction.objects.filter(
            book=book, category_source=EvidenceSource.USER, category__archived_at=None, part_of=None
        )
        .exclude(category__code=categoriser.UNCATEGORISED)
        .order_by("-updated_at", "-id")
        .values_list("description", "amount", "category_id", "merchant__name", "edited", "created_at")[:REMEMBERED]
    )
    in_order = sorted(rows, key=lambda row: row[4].get("category") or row[5].isoformat())
    return [
        categoriser.Filed(
            description=description,
            amount=amount,
            label=str(category),
            merchant=None if "merchant" in edited else name,
            corrected=True,
        )
        for description, amount, category, name, edited, _created_at in in_order
    ]
