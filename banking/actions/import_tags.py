"""The tags that a file tells of its movements, put on the transactions as they come."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from accounts.models import Book
from banking.actions.tagging import MOST_TAGS, tags_named
from banking.importing.labels import together
from banking.merge import loaded
from banking.models import ImportRow, Transaction, TransactionTag
from journal import bulk
from journal.actions import Recorder

BATCH = 20_000


def tag_made(*, book: Book, rows: Sequence[tuple[ImportRow, int]], recorder: Recorder) -> None:
    """Tag each transaction (by its key) as its row of the file says, set-wise, and record it.

    The parts of a split have the tags of the whole and their own. Call after it is split, before rules run.
    """
    told = [(key, names) for key, names in _told(book, rows) if names]
    if not told:
        return
    tags = tags_named(book, {name for _key, names in told for name in names}, recorder)
    links = {(key, tags[name.casefold()].pk) for key, names in told for name in names if name.casefold() in tags}
    _link(book, sorted(links))
    keys = sorted({key for key, _tag in links})
    for start in range(0, len(keys), BATCH):
        made = TransactionTag.objects.filter(book=book, transaction__in=keys[start : start + BATCH])
        recorder.noted_many(TransactionTag._meta.label, ((pk, None, after) for pk, after in bulk.snapshots(made)))


def _told(book: Book, rows: Sequence[tuple[ImportRow, int]]) -> Iterator[tuple[int, Sequence[str]]]:
    """(key of a transaction or of a part of one, its tags)."""
    split = {key: row for row, key in rows if row.parts}
    parts = _parts(book, sorted(split))
    for row, key in rows:
        of_parts = [] if key in parts else [tuple(part.tags) for part in row.told_parts]
        yield key, together(tuple(row.tags), *of_parts)[:MOST_TAGS] if of_parts else row.tags
    for key, made in parts.items():
        row = split[key]
        for part, told in zip(made, row.told_parts, strict=True):
            yield part, together(tuple(row.tags), tuple(told.tags))[:MOST_TAGS]


def _parts(book: Book, keys: Sequence[int]) -> dict[int, list[int]]:
    """The parts of each, in their order; none where it could not be split."""
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(keys), BATCH):
        made = Transaction.objects.filter(book=book, part_of__in=keys[start : start + BATCH]).order_by("pk")
        for whole, part in made.values_list("part_of_id", "pk"):
            found[whole].append(part)
    return found


def _link(book: Book, links: Sequence[tuple[int, int]]) -> None:
    with loaded("tagging", {"transaction_id": "bigint", "tag_id": "bigint"}, links) as cursor:
        cursor.execute(
            "INSERT INTO banking_transactiontag (book_id, transaction_id, tag_id)"
            " SELECT %s, transaction_id, tag_id FROM tagging ORDER BY transaction_id, tag_id",
            [book.pk],
        )
