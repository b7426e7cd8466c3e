"""Turning a bank's rows into ours: merchant, category, confidence and reason."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from django.db.models.functions import Coalesce

from accounts.models import Book
from banking import categoriser
from banking.merge import IncomingRow
from banking.models import Merchant
from banking.models.categories import LONGEST_KEY
from banking.money import to_units
from banking.providers.base import TransactionFacts
from banking.queries.evidence import Evidence
from journal import bulk
from journal.actions import Recorder

LONGEST_REASON = 200


def decide(*, evidence: Evidence, rows: Sequence[TransactionFacts]) -> list[categoriser.Decision]:
    """One decision per row, in order, by all evidence but rules; no query and no write.

    Rules ask about rows as they are stored: `rule_runs.run_on_new` carries them out then.
    """
    return replace(evidence, rules=None).decide(
        [
            categoriser.Evidence(
                description=row.description,
                merchant=row.merchant or None,
                amount=row.amount,
                day=row.day,
                currency=row.currency,
                provider_code=row.category or None,
                provider_primary=row.category_primary or None,
                provider_confidence=row.category_confidence or None,
            )
            for row in rows
        ]
    )


def merchants(*, book: Book, names: dict[str, str], recorder: Recorder | None = None) -> dict[str, int]:
    """The merchants by key, those that are new created under the name given; {key: id}.

    For the key of one that was merged the id of the other one.
    """
    known = _known(book, names)
    missing = sorted(item for item in names.items() if item[0] not in known)  # in one order, or two writers deadlock
    new = [Merchant(book=book, key=key, name=name) for key, name in missing]
    if new:
        Merchant.objects.bulk_create(new, ignore_conflicts=True, batch_size=5_000)
        known |= _known(book, {m.key: m.name for m in new})
        if recorder is not None:
            made = Merchant.objects.filter(book=book, pk__in=[known[key] for key, _name in missing])
            recorder.noted_many(Merchant._meta.label, ((pk, None, after) for pk, after in bulk.snapshots(made)))
    return known


def _known(book: Book, names: dict[str, str]) -> dict[str, int]:
    found = Merchant.objects.filter(book=book)
    if len(names) <= 500:
        found = found.filter(key__in=names)
    return {key: pk for key, pk in found.values_list("key", Coalesce("merged_into_id", "pk")) if key in names}


@lru_cache(maxsize=20_000)
def key_and_name(description: str, merchant: str) -> tuple[str, str]:
    """What recognises the merchant, and a name to show; both empty where the wording names nobody."""
    told = merchant if _says_something(merchant) else None
    key = categoriser.merchant_key(description, told)[:LONGEST_KEY]
    if not _says_something(key):
        return "", ""
    return key, (categoriser.display_name(description, told) or key)[:LONGEST_KEY]


def _says_something(text: str) -> bool:
    """Whether there is more than signs such as "--"."""
    return any(sign.isalnum() for sign in text)


Filed = tuple[int, str, float, str, int | None]
"""Category, source, confidence, reason and suggestion, as `IncomingRow` has them."""


def filed(*, decision: categoriser.Decision, uncategorised: int) -> Filed:
    """Where the row goes, as it will be stored; what is not sure enough stays uncategorised, with a suggestion."""
    if decision.label:
        place, suggestion = (int(decision.label), decision.source), None
    else:
        place, suggestion = (uncategorised, "none"), decision.suggestion
    guess = int(suggestion.label) if suggestion and suggestion.label.isdecimal() else None
    return (*place, round(decision.confidence, 4), decision.reason[:LONGEST_REASON], guess)


def incoming(*, row: TransactionFacts, filed: Filed, account_id: int, merchant_id: int | None) -> IncomingRow:
    """The row as it will be stored."""
    category_id, source, confidence, reason, suggestion_id = filed
    return IncomingRow(
        external_id=row.external_id,
        account_id=account_id,
        day=row.day,
        authorized_on=row.authorized_on,
        amount=to_units(row.amount),
        currency=row.currency,
        description=row.description,
        merchant_id=merchant_id,
        category_id=category_id,
        category_source=source,
        confidence=confidence,
        reason=reason,
        suggestion_id=suggestion_id,
        pending=row.pending,
        channel=row.channel,
        bank_category=row.category,
        bank_category_confidence=row.category_confidence,
    )
