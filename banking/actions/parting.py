"""The parts that a file tells of its movements: they are split into them as they come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from accounts.models import Book
from banking.actions.dividing import Part
from banking.actions.refusals import Refused
from banking.actions.splitting import new_parts
from banking.models import Category, EvidenceSource, ImportRow, Split, Transaction
from journal import actions as journal
from journal.actions import Recorder

LONGEST = Transaction._meta.get_field("note").max_length or 0
REASON = "Split in your file"
BATCH = 500


def split_made(
    *,
    book: Book,
    rows: Sequence[tuple[ImportRow, int]],
    categories: Mapping[str, int],
    recorder: Recorder,
    now: datetime,
) -> None:
    """Split each transaction (by its key) as its row of the file says, set-wise.

    `categories` maps the file's words to ours. Where the parts are no split of the whole, as they do not add up, their
    wording goes into the note. Call before the transactions are recorded.
    """
    told = [(row, key) for row, key in rows if row.parts]
    made = Transaction.objects.filter(book=book).select_related("book").in_bulk([key for _row, key in told])
    ours = Category.objects.filter(book=book, archived_at=None).in_bulk(categories.values())
    split: list[tuple[Transaction, list[Transaction]]] = []
    whole: list[Transaction] = []
    for row, key in told:
        try:
            split.append((made[key], _parts(made[key], row, categories, ours, now)))
        except Refused:
            made[key].note = _noted(made[key].note, row)
            whole.append(made[key])
    Transaction.objects.bulk_update(whole, ["note"], batch_size=BATCH)
    _store(book, split, recorder, now)


def _parts(
    whole: Transaction, row: ImportRow, categories: Mapping[str, int], ours: Mapping[int, Category], now: datetime
) -> list[Transaction]:
    parts = [
        Part(amount=Decimal(amount), category=ours.get(categories.get(word, 0)), note=said)
        for amount, word, said, _tags in row.told_parts
    ]
    named = any(part.category is not None for part in parts)
    filed = (EvidenceSource.USER.value, REASON) if named else (whole.category_source, whole.reason)
    return new_parts(row=whole, parts=parts, filed=filed, now=now)


def _noted(note: str, row: ImportRow) -> str:
    lines = [f"{amount} {word}{f' ({said})' if said else ''}".strip() for amount, word, said, _tags in row.told_parts]
    return "\n".join([note, *lines] if note else lines)[:LONGEST]


def _store(
    book: Book, split: Sequence[tuple[Transaction, list[Transaction]]], recorder: Recorder, now: datetime
) -> None:
    parts = Transaction.objects.bulk_create([part for _whole, some in split for part in some], batch_size=BATCH)
    remembered = Split.objects.bulk_create(
        [Split(book=book, transaction=whole, amount=whole.amount, created_at=now) for whole, _some in split],
        batch_size=BATCH,
    )
    keys = [whole.pk for whole, _some in split]
    for start in range(0, len(keys), BATCH):
        Transaction.objects.filter(pk__in=keys[start : start + BATCH]).update(is_split=True, updated_at=now)
    for model, made in ((Transaction, parts), (Split, remembered)):
        recorder.noted_many(model._meta.label, [(each.pk, None, journal.snapshot(each)) for each in made])
