"""Dividing a transaction into parts, and putting it together again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import totals
from banking.actions.dividing import Part, divided
from banking.actions.following import SHARED
from banking.actions.merchants import merchant_named
from banking.actions.refusals import Conflicting, Refused, checked_text
from banking.actions.tagging import set_tags
from banking.actions.transactions import choosable, held
from banking.models import (
    Attachment,
    EvidenceSource,
    RefundLink,
    Reimbursement,
    ReviewItem,
    Split,
    Transaction,
    TransactionTag,
    Transfer,
)
from journal import actions as journal
from journal.actions import Recorder

CHOSEN = "You filed this part of a split"


def split(
    *,
    book: Book,
    by: User | None,
    pk: int,
    parts: Sequence[Part],
    now: datetime,
    source: str = EvidenceSource.USER,
    reason: str = CHOSEN,
) -> Transaction:
    """Divide the row into these parts, instead of those that it has; raise Refused, or Transaction.DoesNotExist.

    Parts that are there and not named are deleted. `source` and `reason` say who filed the parts.
    """
    with journal.operation(book=book, by=by, verb="split", now=now) as recorder:
        row = held(book=book, pk=pk, counting=True)
        divide(row=row, parts=parts, filed=(source, reason), recorder=recorder, now=now)
        totals.refresh(book=book, account_ids=[row.account_id], start=row.day, end=row.day)
    return row


def divide(
    *, row: Transaction, parts: Sequence[Part], filed: tuple[str, str], recorder: Recorder, now: datetime
) -> None:
    """Divide a row that the caller holds, inside its operation; the totals are left to it. Raise Refused.

    `filed` is the source and the reason of the categories of new parts.
    """
    if row.part_of_id is not None:
        raise Conflicting(_("This is a part of a split. Change the split that it belongs to."))
    amounts = divided(total=row.amount, currency=row.currency, parts=parts)
    there = {each.pk: each for each in _parts_of(row)}
    _check_named(parts, there)
    named = {part.pk for part in parts}
    leaving = [each for key, each in there.items() if key not in named]
    resized = [part.pk for part, size in zip(parts, amounts, strict=True) if part.pk and there[part.pk].amount != size]
    check_unbound([row.pk, *resized, *(each.pk for each in leaving)])
    stored = []
    for part, amount in zip(parts, amounts, strict=True):
        one = there[part.pk] if part.pk else None
        stored.append(_store(row, one, part, amount, filed, recorder, now))
    _remember(row, parts, stored, recorder, now)
    for each in leaving:
        _drop(each, row, recorder)


def new_parts(*, row: Transaction, parts: Sequence[Part], filed: tuple[str, str], now: datetime) -> list[Transaction]:
    """The parts of a row that has none yet, without merchants and tags of their own; not stored. Raise Refused."""
    amounts = divided(total=row.amount, currency=row.currency, parts=parts)
    made = [_new(row, filed, now) for _part in parts]
    for one, part, amount in zip(made, parts, amounts, strict=True):
        _shape(one, part, amount, filed, now)
    return made


def unsplit(*, book: Book, by: User | None, pk: int, now: datetime) -> Transaction:
    """Delete the parts; the row stands for itself again. Raise Refused, or Transaction.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="unsplit", now=now) as recorder:
        row = held(book=book, pk=pk, counting=True)
        found = Split.objects.filter(book=book, transaction=row).first()
        if found is None:
            raise Conflicting(_("This transaction is not split."))
        parts = _parts_of(row)
        check_unbound([each.pk for each in parts])
        recorder.deleted(found)
        found.delete()
        for each in parts:
            _drop(each, row, recorder)
        _mark(row, recorder, now, is_split=False)
        totals.refresh(book=book, account_ids=[row.account_id], start=row.day, end=row.day)
    return row


def check_unbound(ids: Collection[int]) -> None:
    """Refuse to change the size of what is tied to a transfer, a refund, a purchase or somebody who owes it."""
    if Transfer.objects.filter(Q(outgoing__in=ids) | Q(incoming__in=ids)).exists():
        raise Conflicting(_("This is part of a transfer. Take that apart first, then split."))
    links = RefundLink.objects.filter(Q(refund__in=ids) | Q(purchase__in=ids))
    if links.exists() or Reimbursement.objects.filter(purchase__in=ids).exists():
        raise Conflicting(_("A refund or something owed belongs to this. Take that away first, then split."))


def _parts_of(row: Transaction) -> list[Transaction]:
    return list(Transaction.objects.select_for_update().filter(book=row.book_id, part_of=row).order_by("pk"))


def _check_named(parts: Sequence[Part], there: Collection[int]) -> None:
    named = [part.pk for part in parts if part.pk is not None]
    if len(set(named)) < len(named):
        raise Refused(_("A part is named twice."), field="parts")
    if unknown := set(named) - set(there):
        raise Refused(_("There is no part %(id)d in this split.") % {"id": min(unknown)}, field="parts")


def _store(
    whole: Transaction,
    row: Transaction | None,
    part: Part,
    amount: Decimal,
    filed: tuple[str, str],
    recorder: Recorder,
    now: datetime,
) -> Transaction:
    """Create the part, or change the one that is there."""
    before = journal.snapshot(row) if row else None
    row = row or _new(whole, filed, now)
    _shape(row, part, amount, filed, now)
    if part.merchant:
        row.merchant = merchant_named(book=whole.book, name=part.merchant, recorder=recorder)
        row.edited = {**row.edited, "merchant": now.isoformat()}
    row.save()
    if before is None:
        recorder.created(row)
    else:
        recorder.changed(row, before)
    if part.tags is not None:
        set_tags(book=whole.book, row=row, names=part.tags, recorder=recorder)
    return row


def _shape(row: Transaction, part: Part, amount: Decimal, filed: tuple[str, str], now: datetime) -> None:
    """Amount, category and note. Raise Refused."""
    row.amount = amount
    if part.category is not None and (row.pk is None or part.category.pk != row.category_id):
        choosable(part.category, book=row.book)
        row.category, row.category_source, row.reason = part.category, filed[0], filed[1]
        row.confidence, row.suggestion = 1.0, None
        if filed[0] == EvidenceSource.USER:
            row.edited = {**row.edited, "category": now.isoformat()}
    if part.note is not None:
        row.note = checked_text(part.note, field="parts", length=2000, lines=True)


def _new(whole: Transaction, filed: tuple[str, str], now: datetime) -> Transaction:
    shared = {name: getattr(whole, name) for name in SHARED}
    return Transaction(
        book=whole.book,
        part_of=whole,
        origin=whole.origin,
        merchant_id=whole.merchant_id,
        category_id=whole.category_id,
        category_source=filed[0],
        confidence=1.0,
        reason=filed[1],
        excluded=whole.excluded,
        created_at=now,
        updated_at=now,
        **shared,
    )


def _remember(
    row: Transaction, parts: Sequence[Part], stored: Sequence[Transaction], recorder: Recorder, now: datetime
) -> None:
    """That the row is split, into what, and which part takes what the bank changes later."""
    rest = next((one for part, one in zip(parts, stored, strict=True) if part.remainder), None)
    found = Split.objects.filter(book=row.book_id, transaction=row).first()
    if found is None:
        found = Split.objects.create(book=row.book, transaction=row, rest=rest, amount=row.amount, created_at=now)
        recorder.created(found)
        _mark(row, recorder, now, is_split=True)
        return
    before = journal.snapshot(found)
    found.rest, found.amount = rest, row.amount
    found.save(update_fields=["rest", "amount"])
    recorder.changed(found, before)


def _mark(row: Transaction, recorder: Recorder, now: datetime, *, is_split: bool) -> None:
    before = journal.snapshot(row)
    row.is_split, row.updated_at = is_split, now
    if not is_split:
        row.edited = {**row.edited, "split": now.isoformat()}  # no rule splits it again
    row.save(update_fields=["is_split", "edited", "updated_at"])
    recorder.changed(row, before)


def _drop(part: Transaction, whole: Transaction, recorder: Recorder) -> None:
    """Delete a part; its receipts stay with the whole."""
    for receipt in Attachment.objects.filter(book=part.book_id, transaction=part):
        before = journal.snapshot(receipt)
        receipt.transaction = whole
        receipt.save(update_fields=["transaction"])
        recorder.changed(receipt, before)
    hanging: tuple[QuerySet[Any], ...] = (
        TransactionTag.objects.filter(book=part.book_id, transaction=part),
        ReviewItem.objects.filter(Q(first=part) | Q(second=part), book=part.book_id),
    )
    for each in chain(*hanging):
        recorder.deleted(each)
        each.delete()
    recorder.deleted(part)
    part.delete()
