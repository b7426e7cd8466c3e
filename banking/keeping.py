"""What follows from the rows when an operation is taken back: stored totals, words, questions, files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Book
from banking import totals, vault, wordings
from banking.actions.connections import next_reading
from banking.actions.questions import drop
from banking.models import Attachment, Connection, ReviewItem, ReviewState, Transaction
from banking.queries import ledger
from journal import actions as journal
from journal import writing
from journal.actions import CannotUndo
from journal.effects import Effect
from journal.keeping import Effects, InTheWay
from journal.models import Operation

COUNTING = frozenset(
    {
        "account_id",
        "category_id",
        "day",
        "amount",
        "currency",
        "pending",
        "excluded",
        "removed_at",
        "discarded",
        "is_split",
    }
)
Days = dict[int, tuple[date, date]]


@contextmanager
def totals_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """Hold the accounts of the rows, as every other writer of many does, and recompute the totals that change."""
    book = original.book
    concerned = effects.get(Transaction._meta.label, ())
    keys = sorted(each.key for each in concerned if _counts(each))
    totals.lock(
        book=book, account_ids=_days(book, sorted(each.key for each in concerned)).keys() | _accounts(concerned)
    )
    days = _days(book, keys)
    yield
    for account_id, (first, last) in sorted(_joined(days, _days(book, keys)).items()):
        totals.refresh(book=book, account_ids=[account_id], start=first, end=last)


@contextmanager
def splits_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """A split and its parts are one movement: where only some of it would be as before, the rest stands in the way."""
    book = original.book
    yield
    keys = [each.key for each in effects.get(Transaction._meta.label, ()) if _counts(each)]
    for some in writing.batches(keys):
        wholes = {*some, *_wholes_of(book, some)}
        unequal = list(ledger.unequal(book=book, pk__in=wholes).values_list("pk", flat=True))
        loose = ledger.apart(book=book).filter(Q(pk__in=some) | Q(part_of__in=some)).values_list("pk", flat=True)
        parts = Transaction.objects.filter(book=book, part_of__in=unequal).values_list("pk", flat=True)
        if found := sorted({*loose, *parts}) or unequal:
            raise InTheWay(Transaction._meta.label, found)


def _wholes_of(book: Book, parts: Sequence[int]) -> QuerySet[Transaction, int | None]:
    return Transaction.objects.filter(book=book, pk__in=parts, part_of__isnull=False).values_list("part_of", flat=True)


@contextmanager
def timetable_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """A connection that is read as often as before again is next read when that says."""
    book = original.book
    yield
    keys = [each.key for each in effects.get(Connection._meta.label, ())]
    for connection in Connection.objects.filter(book=book, pk__in=keys).order_by("pk"):
        started = connection.synced_at or connection.linked_at
        connection.next_sync_at = next_reading(started=started, hours=connection.sync_frequency_hours)
        connection.save(update_fields=["next_sync_at"])


@contextmanager
def questions_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """What the inbox asks about rows that will not be there is asked no longer; what was answered stands in the way."""
    book = original.book
    going = [each.key for each in effects.get(Transaction._meta.label, ()) if each.before is None]
    for some in writing.batches(going):
        rows = Q(first__in=some) | Q(second__in=some)
        asked = ReviewItem.objects.filter(rows, book=book, state=ReviewState.OPEN).order_by("pk")
        with journal.operation(book=book, by=None, verb="undo", now=timezone.now()) as recorder:  # part of the undo
            drop(list(asked), recorder=recorder)
    yield


@contextmanager
def receipts_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """The file of a receipt that is taken back waits for it to be done again; without it that is refused."""
    book = original.book
    receipts = effects.get(Attachment._meta.label, ())
    back = [str(each.before["file"]) for each in receipts if each.before and each.after is None]
    if not all(vault.holds(book_id=book.pk, name=name) for name in back):
        raise CannotUndo(_("The file of this receipt is no longer kept. Add it again."))
    yield
    vault.touch(
        book_id=book.pk, names=[str(each.after["file"]) for each in receipts if each.before is None and each.after]
    )


@contextmanager
def words_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """A wording that comes back is found again, also where its words were forgotten since."""
    yield
    rows = [each.before for each in effects.get(Transaction._meta.label, ()) if each.before]
    if texts := {str(row["description"]) for row in rows if "description" in row}:
        wordings.learn(book=original.book, texts=texts)


def _counts(effect: Effect) -> bool:
    return effect.before is None or effect.after is None or bool(COUNTING & effect.before.keys())


def _accounts(effects: Sequence[Effect]) -> set[int]:
    """The accounts that rows go back to."""
    return {int(each.before["account_id"]) for each in effects if each.before and "account_id" in each.before}


def _days(book: Book, keys: list[int]) -> Days:
    """The first and last day of these rows, by account."""
    found: Days = {}
    for some in writing.batches(keys):
        rows = Transaction.objects.filter(book=book, pk__in=some).order_by().values_list("account_id")
        found = _joined(found, {pk: (first, last) for pk, first, last in rows.annotate(Min("day"), Max("day"))})
    return found


def _joined(some: Days, more: Days) -> Days:
    both = dict(some)
    for account_id, (first, last) in more.items():
        earliest, latest = both.get(account_id, (first, last))
        both[account_id] = (min(first, earliest), max(last, latest))
    return both
