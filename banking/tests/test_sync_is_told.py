"""What a sync decides about rows that were there is an operation; what a bank tells is none."""

from django.utils import timezone

from accounts.books import entered
from banking.models import Connection, Transaction
from banking.queries.ledger import broken
from banking.tests.bank import linked, read
from banking.tests.factories import category_of
from journal import actions as journal
from journal.models import Operation


def test_a_row_that_goes_elsewhere_is_told_and_can_go_back(cast, sandbox_bank):
    connection = linked(cast.book, cast.alice.user)
    with entered(cast.book):
        read(connection)
        assert not Operation.objects.exists()
        row = Transaction.objects.filter(category_source="provider", pending=False).earliest("id")
        other = category_of(cast.book, "EDUCATION")
        Transaction.objects.filter(pk=row.pk).update(description="as it was worded before", category=other)
        Connection.objects.filter(pk=connection.pk).update(cursor="")
        read(connection)
        told = Operation.objects.get()
        assert (told.verb, told.by, told.size) == ("sync_filed", None, 1)
        moved = Transaction.objects.get(pk=row.pk)
        assert (moved.category_id, moved.description) == (row.category_id, row.description)
        journal.undo(book=cast.book, by=cast.bob.user, pk=told.pk, now=timezone.now())
        assert Transaction.objects.get(pk=row.pk).category == other
        assert broken(now=timezone.now(), book_id=cast.book.pk) == []
