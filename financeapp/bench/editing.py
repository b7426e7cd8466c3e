"""Changing many rows in one operation, beside the UPDATE and the journal's INSERT alone, and taking that back."""

from collections.abc import Iterator
from dataclasses import replace

from django.db import connection, transaction
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book, User
from banking import actions
from banking.actions import Edits
from banking.actions.rules import MOST_ROWS
from banking.models import Merchant
from banking.queries import Filters
from banking.queries.filtering import matching
from financeapp.bench.timing import Line, compared, median_ms, seconds
from journal import actions as journal
from journal.queries import operations

RUNS = 3
_RAW = """
WITH meant AS (SELECT id, note FROM banking_transaction WHERE id = ANY(%(ids)s)),
changed AS (
    UPDATE banking_transaction t SET note = %(note)s, updated_at = now(),
        edited = edited || jsonb_build_object('note', now()::text)
    FROM meant WHERE t.id = meant.id RETURNING t.id),
done AS (
    INSERT INTO journal_operation (book_id, by_id, verb, at, model, size, undone, final)
    SELECT %(book)s, NULL, 'bench', now(), 'banking.Transaction', count(*), FALSE, FALSE FROM changed RETURNING id)
INSERT INTO journal_change (book_id, operation_id, model, key, before, after)
SELECT %(book)s, done.id, 'banking.Transaction', meant.id, jsonb_build_object('note', meant.note),
    jsonb_build_object('note', %(note)s::text) FROM meant, done
"""


def edited(user: User, book: Book) -> Iterator[Line]:
    """A note on as many rows as one operation takes, or as the book has, each time another note; and its undoing."""
    with entered(book):
        meant = _meant(book)
        ids = list(matching(book=book, filters=meant).values_list("pk", flat=True))
    notes = iter(range(10_000))

    def ours() -> None:
        with entered(book):
            edits = Edits(note=f"note {next(notes)}")
            actions.edit_many(book=book, by=user, edits=edits, filters=meant, now=timezone.now())

    def raw() -> None:
        with entered(book), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RAW, {"book": book.pk, "ids": ids, "note": f"raw {next(notes)}"})

    def back() -> None:
        with entered(book):
            done = operations(book=book, reader=user).filter(verb="edit_many", undone=False)
            journal.undo(book=book, by=user, pk=done.values_list("pk", flat=True)[0], now=timezone.now())

    yield compared(
        f"bulk edit of {len(ids):,} rows / SQL", median_ms(ours, RUNS), took := median_ms(raw, RUNS), "≤ 6 ×"
    )
    ours()
    yield compared("  taken back / SQL", seconds(back) * 1000, took, "≤ 6 ×")


def _meant(book: Book) -> Filters:
    """The rows of as many merchants as fit into one operation."""
    filters = Filters(direction="out")
    most = matching(book=book, filters=filters).count()
    if most <= MOST_ROWS:
        return filters
    merchants = Merchant.objects.filter(book=book).order_by("pk").values_list("pk", flat=True)
    share = int(merchants.count() * MOST_ROWS / most * 0.9)
    return replace(filters, merchants=frozenset(merchants[:share]))
