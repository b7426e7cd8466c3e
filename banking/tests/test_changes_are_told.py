"""What a person changes, on a page or over the API, is told to the pages that are open on the book."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.actions import connections
from banking.providers.base import Notice
from banking.tests.bank import unlink
from banking.tests.factories import category_of, make_connection, make_transaction
from journal import listening


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """`told(change)` runs it and gives (book, topics) of what pages would hear, once it is committed."""
    heard = []
    monkeypatch.setattr("notifications.live.publish", lambda *, book_id, topic: heard.append((book_id, topic)))

    def run(change):
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return heard

    return run


def amend(cast, row, **changes):
    actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=timezone.now())


def test_an_amended_row(cast, told):
    with entered(cast.book):
        row = make_transaction(cast.book)
        heard = told(lambda: amend(cast, row, note="shared with Bob"))
    assert heard == [(cast.book.pk, "transactions")]


def test_a_thousand_filed_rows_are_told_once(cast, told):
    with entered(cast.book):
        ids = {make_transaction(cast.book).pk for _ in range(20)}
        fuel = category_of(cast.book, "FUEL")
        heard = told(
            lambda: actions.categorise_many(
                book=cast.book, by=cast.alice.user, category=fuel, ids=ids, now=timezone.now()
            )
        )
    assert heard == [(cast.book.pk, "transactions")]


def test_an_opened_account(cast, told):
    new = actions.NewAccount("Piggy bank", "depository", "USD", Decimal(5))
    with entered(cast.book):
        heard = told(lambda: actions.open_account(book=cast.book, by=cast.alice.user, new=new, now=timezone.now()))
    assert heard == [(cast.book.pk, "accounts")]


def test_a_change_that_changes_nothing_is_not_told(cast, told):
    with entered(cast.book):
        row = make_transaction(cast.book, note="same")
        heard = told(lambda: amend(cast, row, note="same"))
    assert heard == []


def test_a_listener_that_fails_undoes_nothing(cast, told, monkeypatch):
    def broken(book_id, labels):
        raise RuntimeError("nobody hears")

    monkeypatch.setattr(listening, "_listeners", [broken])
    with entered(cast.book):
        row = make_transaction(cast.book)
        told(lambda: amend(cast, row, note="kept"))
        row.refresh_from_db()
    assert row.note == "kept"


@pytest.mark.parametrize("topic", ["reauth", "revoked", "repaired", "new_accounts", "expiring"])
def test_what_the_bank_says_about_a_login(cast, told, topic):
    with entered(cast.book):
        login = make_connection(cast.book).external_id
    notice = Notice(connection_id=login, topic=topic)
    assert told(lambda: connections.hear(notice=notice, provider="plaid", now=timezone.now())) == [
        (cast.book.pk, "connections")
    ]


def test_an_unlinked_bank(cast, told):
    with entered(cast.book):
        connection = make_connection(cast.book, status="unlinked")
    heard = told(lambda: unlink(connection, cast.alice.user))
    assert heard == [(cast.book.pk, "connections")]
