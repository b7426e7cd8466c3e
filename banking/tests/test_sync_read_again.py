"""Reading everything again: a cursor that is lost, and what the bank took back meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.books import entered
from banking.models import Connection, Sync, Transaction
from banking.queries.ledger import broken
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, now_of, quick, rows, run


@pytest.mark.parametrize("cursor", ["nonsense", "bm90aGluZw=="])
def test_a_cursor_that_the_bank_does_not_know_is_given_up_for_a_full_read(connection, cast, cursor):
    run(connection)
    before = rows(connection)
    with entered(cast.book):
        Connection.objects.update(cursor=cursor)
    done = run(connection)
    assert (done.status, done.records) == (Sync.Status.SUCCESS, 0)
    assert rows(connection) == before
    assert now_of(connection).cursor != cursor


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_full_read_takes_back_what_the_bank_removed_meanwhile(bank, cast, which):
    connection = linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)
    run(connection)
    truth = sorted(bank.ledger(connection.external_id)["transactions"], key=lambda row: row["date"])
    gone = truth[which]["transaction_id"]
    bank.transactions(connection.external_id, remove=[gone], quiet=True)
    with entered(cast.book):
        Connection.objects.update(cursor="")
    done = run(connection)
    with entered(cast.book):
        assert Transaction.objects.get(external_id=gone).removed_at
        assert broken(now=timezone.now(), book_id=cast.book.pk) == []
    assert done.removed == 1


def test_a_full_read_keeps_what_is_older_than_the_bank_need_tell(connection, cast):
    run(connection)
    with entered(cast.book):
        oldest = Transaction.objects.filter(book=cast.book).earliest("day", "id")
        Transaction.objects.filter(pk=oldest.pk).update(external_id="of long ago", day=oldest.day - timedelta(days=400))
        Connection.objects.update(cursor="")
    run(connection)
    with entered(cast.book):
        assert Transaction.objects.get(pk=oldest.pk).removed_at is None


@pytest.mark.parametrize("times", [1, 3])
def test_a_mutation_starts_the_loop_anew(bank, cast, times):
    """The page itself can never be had again: its cursor is of a journal that has moved on."""
    quick(page_size=4)
    connection = linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)
    bank.fault("mutate", endpoint="/transactions/sync", count=times)
    assert run(connection).status == Sync.Status.SUCCESS
    truth = {row["transaction_id"]: row["name"] for row in bank.ledger(connection.external_id)["transactions"]}
    assert sum(name.endswith(" *") for name in truth.values()) == times
    assert {row["external_id"] for row in rows(connection)} == truth.keys()
