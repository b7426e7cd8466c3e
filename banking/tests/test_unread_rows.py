"""A row that could not be read is not forgotten: it shows, it is asked for again, and no opening swallows it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.books import entered
from banking.actions.sync import sync
from banking.models import Account, Connection, Sync, Transaction, UnreadRow
from banking.providers import registry
from banking.queries.ledger import broken
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, read

TOMORROW = timedelta(hours=23)


@pytest.fixture
def connection(cast, bank):
    with entered(cast.book):
        yield linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)


def garbled(bank, rows=2):
    bank.fault("missing_field", endpoint="/transactions/sync", field="amount", rows=rows)


def whole(bank, connection):
    return len(bank.ledger(connection.external_id)["transactions"])


class Hiding:
    """A bank that keeps an account to itself for now, but not its rows."""

    def __init__(self, account):
        self.feed, self.account = registry.vendor("plaid").feed, account

    def accounts(self, **asked):
        return tuple(each for each in self.feed.accounts(**asked) if each.external_id != self.account)

    def changes(self, **asked):
        told = self.feed.changes(**asked)
        return replace(told, accounts=tuple(each for each in told.accounts if each.external_id != self.account))


def hide(bank, connection):
    hidden = bank.ledger(connection.external_id)["transactions"][0]["account_id"]
    return sync(book=connection.book, connection_id=connection.pk, feed=Hiding(hidden), clock=timezone.now)


def test_it_shows_in_every_run_and_in_the_ledger_until_it_is_read(connection, bank):
    garbled(bank)
    first, second = read(connection), read(connection)
    assert [run.status for run in (first, second)] == [Sync.Status.PARTIAL] * 2
    assert second.error == "2 of the bank's rows could not be read yet; we look at them again by ourselves."
    assert len(broken(now=timezone.now(), book_id=connection.book_id)) == 2
    assert Transaction.objects.count() == whole(bank, connection) - 2


def test_it_is_asked_for_again_the_next_day(connection, bank):
    garbled(bank)
    for _ in range(2):
        read(connection)
    assert UnreadRow.objects.filter(reason="row").count() == 2
    done = read(connection, later=TOMORROW)
    assert (done.status, done.added) == (Sync.Status.SUCCESS, 2)
    assert not UnreadRow.objects.exists()
    assert Transaction.objects.count() == whole(bank, connection)


def test_it_stays_known_since_when_while_it_cannot_be_read(connection, bank):
    garbled(bank)
    read(connection)
    before = set(UnreadRow.objects.values_list("external_id", "since"))
    garbled(bank)
    read(connection, later=TOMORROW)
    assert set(UnreadRow.objects.values_list("external_id", "since")) == before
    assert UnreadRow.objects.filter(tried_at__gt=timezone.now()).count() == 2


def test_it_is_forgotten_when_the_bank_takes_it_back(connection, bank):
    garbled(bank, rows=1)
    read(connection)
    bank.transactions(connection.external_id, remove=[UnreadRow.objects.get().external_id], quiet=True)
    assert read(connection).status == Sync.Status.SUCCESS
    assert not UnreadRow.objects.exists()


def test_a_stored_row_whose_change_cannot_be_read_stays_as_it_was(connection, bank):
    read(connection)
    row = Transaction.objects.earliest("day", "pk")
    bank.transactions(connection.external_id, modify=[{"transaction_id": row.external_id, "amount": 99}], quiet=True)
    garbled(bank)
    assert read(connection).status == Sync.Status.PARTIAL
    assert Transaction.objects.get(pk=row.pk).amount == row.amount
    read(connection, later=TOMORROW)
    assert Transaction.objects.get(pk=row.pk).amount == -99


def test_rows_of_an_account_that_is_not_known_are_kept_in_mind(connection, bank):
    done = hide(bank, connection)
    assert (done.status, done.added) == (Sync.Status.PARTIAL, 0)
    assert UnreadRow.objects.filter(reason="account").count() == whole(bank, connection)
    done = read(connection, later=timedelta(hours=2))
    assert (done.status, done.added) == (Sync.Status.SUCCESS, whole(bank, connection))


def test_no_opening_is_held_fast_while_rows_are_missing(connection, bank):
    garbled(bank)
    for _ in range(3):
        read(connection)
    assert not Account.objects.filter(opening_settled=True).exists()


def test_no_gap_is_closed_while_rows_are_missing(connection, bank):
    for _ in range(2):
        read(connection)
    account = Account.objects.get(kind="depository")
    garbled(bank, rows=1)
    bank.transactions(connection.external_id, add=[{"account": account.external_id, "amount": 7}], quiet=True)
    read(connection)
    for _ in range(2):
        UnreadRow.objects.update(tried_at=timezone.now() + timedelta(days=9))
        read(connection, later=timedelta(days=3))
    account.refresh_from_db()
    assert account.gap == -7


def test_it_shows_on_the_page_of_the_connection(connection, bank, cast, client):
    garbled(bank)
    read(connection)
    client.force_login(cast.alice.user)
    page = client.get(reverse("connection", args=[connection.pk])).content.decode()
    assert "2 transactions of your bank could not be read since" in page
    UnreadRow.objects.all().delete()
    assert "could not be read since" not in client.get(reverse("connection", args=[connection.pk])).content.decode()


def test_reading_again_for_it_keeps_what_is_there(connection, bank):
    garbled(bank)
    read(connection)
    before = set(Transaction.objects.values_list("pk", flat=True))
    read(connection, later=TOMORROW)
    assert before < set(Transaction.objects.filter(removed_at=None).values_list("pk", flat=True))
    assert Connection.objects.get(pk=connection.pk).cursor != ""
