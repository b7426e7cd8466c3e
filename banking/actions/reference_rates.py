"""Keeping the reference rates that a file or an address gave."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from banking.models import ReferenceRate
from banking.providers.ecb import Quoted

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rates are new, and how many are other than they were."""

    new: int
    changed: int


@transaction.atomic
def keep_reference_rates(quoted: Sequence[Quoted]) -> Kept:
    """Store them; what is there already as it is stays untouched, so that it may be done again."""
    days = [each.day for each in quoted]
    rows = (
        ReferenceRate.objects.filter(day__gte=min(days), day__lte=max(days)) if days else ReferenceRate.objects.none()
    )
    there = {(currency, day): rate for currency, day, rate in rows.values_list("currency", "day", "rate")}
    differing = [each for each in quoted if there.get((each.currency, each.day)) != each.rate]
    ReferenceRate.objects.bulk_create(
        [ReferenceRate(day=each.day, currency=each.currency, rate=each.rate) for each in differing],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["currency", "day"],
        update_fields=["rate", "source"],
    )
    changed = sum((each.currency, each.day) in there for each in differing)
    return Kept(len(differing) - changed, changed)
