"""What a person said about whole merchants: where their rows go, and which are one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Book
from banking import categoriser
from banking.categoriser.evidence import Alternative, Decision
from banking.categoriser.reasons import Reason
from banking.models import Merchant
from banking.models.categories import LONGEST_KEY


@dataclass(frozen=True, slots=True)
class Destination:
    """The category, an id as text, that a person gave to a merchant; and both names, for the reason."""

    label: str
    merchant: str
    category: str


@dataclass(frozen=True, slots=True)
class Destinations:
    """`by_key` of every wording that recognises a merchant with a category; `also`: what was merged into an id."""

    by_key: Mapping[str, Destination]
    also: Mapping[int | None, Sequence[str]]

    def applied(
        self, decisions: list[Decision], rows: Sequence[categoriser.Evidence], keys: Sequence[str] | None
    ) -> list[Decision]:
        """The decisions, but for merchants that have a category; only a rule, which says more, is stronger."""
        if not self.by_key:
            return decisions
        named = keys if keys is not None else [_key_of(row) for row in rows]
        return [self._of(decision, key) for decision, key in zip(decisions, named, strict=True)]

    def _of(self, decision: Decision, key: str) -> Decision:
        destination = self.by_key.get(key)
        if destination is None or decision.source == "rule":
            return decision
        because = Reason("merchant", (destination.merchant, destination.category))
        first = Alternative(destination.label, None, None, 1.0, "rule", because)
        others = tuple(each for each in decision.alternatives if each.label != destination.label)
        return Decision(destination.label, None, "rule", 1.0, because, (first, *others)[:3])


def destinations_of(*, book: Book, names: Mapping[int, str]) -> Destinations:
    """One query. `names` are those of the categories that can be chosen: one that is archived is none any more."""
    found = Merchant.objects.filter(Q(category__isnull=False) | Q(merged_into__isnull=False), book=book)
    rows = list(found.select_related("merged_into").order_by("pk"))
    by_key: dict[str, Destination] = {}
    also: dict[int | None, list[str]] = defaultdict(list)
    for row in rows:
        if row.merged_into_id:
            also[row.merged_into_id].append(row.told_name)
        merchant = row.merged_into or row
        if name := names.get(merchant.category_id or 0):
            by_key[row.key] = Destination(str(merchant.category_id), merchant.name, name)
    return Destinations(by_key, also)


def _key_of(row: categoriser.Evidence) -> str:
    return categoriser.merchant_key(row.description, row.merchant)[:LONGEST_KEY]
