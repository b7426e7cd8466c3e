"""The parts that a file tells of its movements: they are split into them as they come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Book
from banking.actions.dividing import Part
from banking.actions.refusals import Refused
from banking.actions.splitting import divide
from banking.models import Category, EvidenceSource, ImportRow, Transaction
from journal.actions import Recorder

LONGEST = Transaction._meta.get_field("note").max_length or 0
REASON = "Split in your file"


def split_made(
    *,
    book: Book,
    rows: Sequence[tuple[ImportRow, int]],
    categories: Mapping[str, int],
    recorder: Recorder,
    now: datetime,
) -> None:
    """Split each transaction (by its key) as its row of the file says; `categories` maps the file's words to ours.

    Where the parts are no split of the whole, as they do not add up, their wording goes into the note. Call before the
    transactions are recorded.
    """
    told = [(row, key) for row, key in rows if row.parts]
    made = Transaction.objects.filter(book=book).in_bulk([key for _row, key in told])
    ours = Category.objects.filter(book=book, archived_at=None).in_bulk(categories.values())
    there = len(recorder.changes)
    for row, key in told:
        parts = [
            Part(amount=Decimal(amount), category=ours.get(categories.get(word, 0)), note=said)
            for amount, word, said, _tags in row.told_parts
        ]
        _split(made[key], row, parts, recorder, now)
    recorder.forget(Transaction._meta.label, made, since=there)


def _split(whole: Transaction, row: ImportRow, parts: Sequence[Part], recorder: Recorder, now: datetime) -> None:
    named = any(part.category is not None for part in parts)
    filed = (EvidenceSource.USER.value, REASON) if named else (whole.category_source, whole.reason)
    there = len(recorder.changes)
    try:
        with transaction.atomic():
            divide(row=whole, parts=parts, filed=filed, recorder=recorder, now=now)
    except Refused:
        del recorder.changes[there:]
        lines = [
            f"{amount} {word}{f' ({said})' if said else ''}".strip() for amount, word, said, _tags in row.told_parts
        ]
        whole.note = "\n".join([whole.note, *lines] if whole.note else lines)[:LONGEST]
        whole.save(update_fields=["note"])
