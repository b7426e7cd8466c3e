"""Unlinking a bank with its data leaves nothing of what was read, nor of what was written about it."""

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import actions, queries
from banking.models import Connection, DayTotal, Merchant, Tag, Transaction, Word
from banking.tests.bank import unlink
from banking.tests.factories import (
    category_of,
    make_account,
    make_attachment,
    make_connection,
    make_merchant,
    make_transaction,
)
from journal.models import Change, Operation


def row_in(book, account, *, merchant, tags, note):
    row = make_transaction(
        book, account=account, description=f"{merchant} 4711", merchant=make_merchant(book, name=merchant)
    )
    return row.pk, {"note": note, "tags": tags, "category": category_of(book, "GROCERIES")}


@pytest.fixture
def connection(cast, sandbox_bank):
    """A linked account beside a manual one: one merchant and one tag are in both, one of each only in either."""
    book = cast.book
    with entered(book):
        found = make_connection(book)
        Connection.objects.filter(pk=found.pk).update(secret=None)
        linked, manual = make_account(book, connection=found), make_account(book, name="Manual")
        edits = [
            row_in(book, linked, merchant="Secret Clinic", tags=["private", "both"], note="very private"),
            row_in(book, linked, merchant="Corner Shop", tags=[], note="very private too"),
            row_in(book, manual, merchant="Corner Shop", tags=["both", "mine"], note="by hand"),
        ]
        for pk, changes in edits:
            actions.amend(book=book, by=cast.alice.user, pk=pk, changes=changes, now=NOW)
        return Connection.objects.get(pk=found.pk)


def test_rows_and_whom_only_they_name_are_gone(cast, connection):
    unlink(connection, cast.alice.user, keep=False)
    with entered(cast.book):
        assert [row.note for row in Transaction.objects.all()] == ["by hand"]
        assert set(Merchant.objects.values_list("name", flat=True)) == {"Corner Shop"}
        assert set(Tag.objects.values_list("name", flat=True)) == {"both", "mine"}
        assert set(Word.objects.values_list("text", flat=True)) == {"CORNER", "SHOP"}
        assert DayTotal.objects.values("account").distinct().count() == 1


def test_the_journal_keeps_nothing_of_them(cast, connection):
    unlink(connection, cast.alice.user, keep=False)
    with entered(cast.book):
        kept = str(list(Change.objects.values_list("before", "after")))
        assert "by hand" in kept
        for word in ("private", "Secret"):
            assert word not in kept
        assert not Operation.objects.filter(changes=None).exists()
        erased = Operation.objects.get(verb="erase")
        assert [(each.model, each.key) for each in erased.changes.all()] == [("banking.Connection", connection.pk)]


def test_no_name_of_a_merchant_stays_in_the_journal(cast, connection):
    with entered(cast.book):
        shop = Transaction.objects.get(note="very private").merchant
        other = make_merchant(cast.book, name="Secret too")
        by = {"book": cast.book, "by": cast.alice.user, "now": NOW}
        actions.amend_merchant(pk=shop.pk, changes={"name": "Secret of mine"}, **by)
        actions.merge_merchants(pk=other.pk, into=shop.pk, **by)
    unlink(connection, cast.alice.user, keep=False)
    with entered(cast.book):
        assert not Merchant.objects.filter(pk__in=[shop.pk, other.pk]).exists()
        assert not Change.objects.filter(model="banking.Merchant", key__in=[shop.pk, other.pk]).exists()


def test_their_receipts_leave_the_disk(cast, connection, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.ATTACHMENTS_DIR = tmp_path
    with entered(cast.book):
        mine, theirs = (Transaction.objects.get(note=note) for note in ("by hand", "very private"))
        kept, gone = (make_attachment(row, by=cast.alice.user) for row in (mine, theirs))
    with django_capture_on_commit_callbacks(execute=True):
        unlink(connection, cast.alice.user, keep=False)
    assert [path.name for path in tmp_path.glob("*/*")] == [kept.file]
    with entered(cast.book):
        assert not Change.objects.filter(model="banking.Attachment", key=gone.pk).exists()


def test_predictions_no_longer_quote_them(cast, connection):
    def reason():
        with entered(cast.book):
            return queries.prediction(book=cast.book, description="Secret Clinic 4711", amount=-10).filed

    assert reason().source == "history"
    unlink(connection, cast.alice.user, keep=False)
    assert reason().source != "history"


def test_what_is_kept_stays_whole(cast, connection):
    with entered(cast.book):
        before = Change.objects.count()
    unlink(connection, cast.alice.user)
    with entered(cast.book):
        assert (Transaction.objects.count(), Merchant.objects.count(), Change.objects.count()) == (3, 2, before)
