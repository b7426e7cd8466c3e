"""What is known in a book about where its rows belong: the input of every categorising decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models import Book
from banking import categoriser
from banking.categoriser import labels
from banking.models import Category, EvidenceSource, Transaction
from banking.queries.destinations import Destinations, destinations_of
from banking.queries.ruling import compiled, words

REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A book's rules, history and categories; `decide` needs no further query."""

    rules: categoriser.Rules | None
    memory: categoriser.Memory
    labels: categoriser.Labels
    uncategorised: int
    destinations: Destinations

    def decide(
        self, rows: Sequence[categoriser.Evidence], *, keys: Sequence[str] | None = None
    ) -> list[categoriser.Decision]:
        """One decision per row; labels are category ids as text. Without a model the rest still decides.

        `keys` are those of the rows' merchants, where these are known already.
        """
        found = categoriser.categorise(rows, rules=self.rules, memory=self.memory, model=model(), labels=self.labels)
        return self.destinations.applied(found, rows, keys)

    def decide_stored(self, rows: Sequence[Transaction]) -> list[categoriser.Decision]:
        """One decision per row as it is stored; their merchants are at hand."""
        told = [
            categoriser.Evidence(
                description=row.description,
                merchant=row.merchant.told_name if row.merchant else None,
                amount=row.amount,
                day=row.day,
                currency=row.currency,
                provider_code=row.bank_category or None,
                provider_confidence=row.bank_category_confidence or None,
                account=row.account_id,
                note=row.note,
            )
            for row in rows
        ]
        return self.decide(told, keys=[row.merchant.key if row.merchant else "" for row in rows])


def model() -> categoriser.Model | None:
    """The trained model of this machine, or None when it is missing or damaged."""
    return categoriser.load_or_none(settings.CATEGORISER_DIR)


def evidence(*, book: Book) -> Evidence:
    """Four queries, whatever the size of the book: the newest REMEMBERED rows that the user filed are enough.

    What leads to an archived category is no evidence; neither is a row that the user left uncategorised.
    """
    categories = Category.objects.filter(book=book, archived_at=None).order_by("pk")
    found = list(categories.values_list("pk", "name", "code", "parent__code"))
    destinations = destinations_of(book=book, names={pk: name for pk, name, _code, _above in found})
    return Evidence(
        rules=words(compiled(book=book, usable={code or str(pk): pk for pk, _, code, _ in found})),
        memory=categoriser.Memory(_filed(book, destinations)),
        labels=labels.of((str(pk), name, code or (f"+{above}" if above else None)) for pk, name, code, above in found),
        uncategorised=next((pk for pk, _, code, _ in found if code == categoriser.UNCATEGORISED), 0),
        destinations=destinations,
    )


def _filed(book: Book, destinations: Destinations) -> list[categoriser.Filed]:
    """The newest rows that the user filed, in the order in which they did so, whatever the rows' days.

    A merchant's name that they typed is not what the bank will write next time: there the wording counts. What they
    filed of a merchant counts for those merged into it too. The part of a split says nothing about the next purchase.
    """
    rows = (
        Transaction.objects.filter(
            book=book, category_source=EvidenceSource.USER, category__archived_at=None, part_of=None
        )
        .exclude(category__code=categoriser.UNCATEGORISED)
        .order_by("-updated_at", "-id")
        .values_list(*FILED)[:REMEMBERED]
    )
    filed = []
    for pk, name, bank_name, edited, _created_at, *told in sorted(rows, key=_chosen_at):
        for told_name in [None] if "merchant" in edited else [bank_name or name, *destinations.also.get(pk, ())]:
            filed.append(_row(told, told_name))
    return filed


FILED = (
    "merchant_id",
    "merchant__name",
    "merchant__bank_name",
    "edited",
    "created_at",
    "description",
    "amount",
    "category_id",
)


def _chosen_at(row: tuple[Any, ...]) -> str:
    edited, created_at = row[3], row[4]
    return str(edited.get("category") or created_at.isoformat())


def _row(told: list[Any], merchant: str | None) -> categoriser.Filed:
    description, amount, category = told
    return categoriser.Filed(
        description=description, amount=amount, label=str(category), merchant=merchant, corrected=True
    )
