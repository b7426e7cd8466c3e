"""Tags on many transactions at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.actions.marking import BATCH
from banking.actions.refusals import TooMany
from banking.actions.tagging import MOST_TAGS, tag_named
from banking.models import Tag, Transaction, TransactionTag
from journal.actions import Recorder


@dataclass(frozen=True, slots=True)
class Tagging:
    """Names of tags to put on each row, and of those to take away."""

    add: tuple[str, ...]
    remove: tuple[str, ...]


def untagged_or_tagged(*, book: Book, edits: Tagging) -> Q:
    """The rows that lack a tag to add, or have one to remove."""
    where = Q(pk__in=[])
    links = TransactionTag.objects.filter(book=book)
    for name in edits.add:
        where |= ~Q(pk__in=links.filter(tag__name__iexact=name.strip()).values("transaction"))
    for name in edits.remove:
        where |= Q(pk__in=links.filter(tag__name__iexact=name.strip()).values("transaction"))
    return where


def tagging(*, book: Book, rows: Sequence[Transaction], edits: Tagging, recorder: Recorder) -> list[Transaction]:
    """Put on and take away; the rows whose tags that changed. Raise TooMany."""
    if not edits.add and not edits.remove:
        return []
    ids = [row.pk for row in rows]
    changed = _removed(book, ids, edits.remove, recorder)
    changed |= _added(book, ids, edits.add, recorder)
    return [row for row in rows if row.pk in changed]


def _removed(book: Book, ids: list[int], names: Sequence[str], recorder: Recorder) -> set[int]:
    named = Q(*(("name__iexact", name.strip()) for name in names), _connector=Q.OR) if names else Q(pk__in=[])
    tags = list(Tag.objects.filter(named, book=book).values_list("pk", flat=True))
    gone = set()
    for start in range(0, len(ids) if tags else 0, BATCH):
        links = TransactionTag.objects.filter(book=book, transaction__in=ids[start : start + BATCH], tag__in=tags)
        for link in links:
            recorder.deleted(link)
            gone.add(link.transaction_id)
        links.delete()
    return gone


def _added(book: Book, ids: list[int], names: Sequence[str], recorder: Recorder) -> set[int]:
    wanted = {tag.pk for tag in (tag_named(book, name.strip(), recorder) for name in names)}
    new = []
    for start in range(0, len(ids) if wanted else 0, BATCH):
        some = ids[start : start + BATCH]
        there = set(TransactionTag.objects.filter(book=book, transaction__in=some).values_list("transaction", "tag"))
        _room(Counter(pk for pk, _tag in there | {(pk, tag) for pk in some for tag in wanted}))
        missing = [(pk, tag) for pk in some for tag in sorted(wanted) if (pk, tag) not in there]
        new += [TransactionTag(book=book, transaction_id=pk, tag_id=tag) for pk, tag in missing]
    for link in TransactionTag.objects.bulk_create(new, batch_size=BATCH):
        recorder.created(link)
    return {link.transaction_id for link in new}


def _room(counts: Counter[int]) -> None:
    if any(count > MOST_TAGS for count in counts.values()):
        message = _("One of these would have more than %(count)d tags. Remove some first.")
        raise TooMany(message % {"count": MOST_TAGS}, field="add_tags")
