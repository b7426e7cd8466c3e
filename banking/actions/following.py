"""Keeping the parts of a split in step with the whole, and what ties rows together."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Book
from banking.actions.comparing import Difference
from banking.models import Connection, RefundLink, Reimbursement, Split, Transaction
from journal import actions as journal
from journal.actions import Recorder

SHARED = (
    "account_id",
    "day",
    "authorized_on",
    "currency",
    "description",
    "pending",
    "channel",
    "removed_at",
    "discarded",
)
"""What the parts have in common with the whole."""
FOLLOWING = [*(name.removesuffix("_id") for name in SHARED), "merchant", "amount", "updated_at"]
AT_ONCE = 1_000


def touched(*, book: Book, connection: Connection, difference: Difference) -> list[int]:
    """The split rows that a reading changes; one query, which finds nothing in a book without splits."""
    found = Split.objects.filter(book=book, transaction__account__connection=connection)
    rows = list(found.values_list("transaction_id", "transaction__external_id"))
    if not rows:
        return []
    keys = {move.pk for move in difference.moves} | set(difference.gone)
    told = {row.external_id for row in difference.fresh}
    return [pk for pk, external_id in rows if pk in keys or external_id in told]


def follow(*, book: Book, parents: Sequence[int], now: datetime, recorder: Recorder | None = None) -> int:
    """Let the parts of these split rows share what those have now; how many changed. Call before totals are refreshed.

    What an amount changed by goes to the part that takes the rest, else to the last.
    """
    changed: list[Transaction] = []
    for start in range(0, len(parents), AT_ONCE):
        some = parents[start : start + AT_ONCE]
        rest = dict(Split.objects.filter(book=book, transaction__in=some).values_list("transaction_id", "rest_id"))
        rows = Transaction.objects.filter(book=book, part_of__in=rest).select_related("part_of")
        for key, found in groupby(rows.order_by("part_of_id", "id"), key=lambda row: row.part_of_id):
            changed += _following(list(found), rest[key or 0], recorder, now)
    Transaction.objects.bulk_update(changed, FOLLOWING, batch_size=500)
    return len(changed)


def _following(
    parts: list[Transaction], rest: int | None, recorder: Recorder | None, now: datetime
) -> list[Transaction]:
    whole = parts[0].part_of
    assert whole is not None
    before = {part.pk: journal.snapshot(part) for part in parts}
    for part in parts:
        for name in SHARED:
            setattr(part, name, getattr(whole, name))
        if "merchant" not in part.edited:
            part.merchant_id = whole.merchant_id
    taker = next((part for part in parts if part.pk == rest), parts[-1])
    taker.amount += whole.amount - sum((part.amount for part in parts), Decimal(0))
    changed = [part for part in parts if journal.snapshot(part) != before[part.pk]]
    for part in changed:
        part.updated_at = now
        if recorder is not None:
            recorder.changed(part, before[part.pk])
    return changed


def ties(*, book: Book, rows: QuerySet[Transaction]) -> tuple[QuerySet[Any], ...]:
    """What ties these rows to one another and to others, to be deleted before they are."""
    return (
        Split.objects.filter(book=book, transaction__in=rows),
        RefundLink.objects.filter(Q(refund__in=rows) | Q(purchase__in=rows), book=book),
        Reimbursement.objects.filter(book=book, purchase__in=rows),
    )
