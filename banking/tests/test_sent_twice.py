"""A form that is sent twice, by a double click or by going back, does once what it says."""

import re
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book
from banking import actions
from banking.models import Account, Category, Rule, Transaction
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_category, make_transaction


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def wallet(book):
    return make_account(book)


def token(client, address):
    return re.search(r'name="once" value="([^"]+)"', client.get(address).content.decode())[1]


def entry(book, **changes):
    good = {"direction": "out", "amount": "3.20", "day": "2026-03-01", "description": "Gum"}
    return {"account": (Account.objects.filter(book=book).first() or make_account(book)).pk, **good, **changes}


@pytest.mark.parametrize(
    ("address", "form", "model"),
    [
        ("/transactions/new", entry, Transaction),
        ("/accounts/new", lambda _: {"name": "Till", "kind": "other", "currency": "USD", "opening": "0"}, Account),
        ("/categories/new", lambda _: {"name": "Kites", "kind": "expense"}, Category),
        ("/categories/rules/new", lambda b: {"contains": "gum", "category": category_of(b, "COFFEE").pk}, Rule),
    ],
)
def test_second_time_creates_nothing_and_says_the_same(book, alice, address, form, model):
    sent = form(book) | {"once": token(alice, address)}
    before = model.objects.filter(book=book).count()
    answers = [alice.post(address, sent) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert model.objects.filter(book=book).count() == before + 1


def test_rule_of_a_transaction_is_made_once(book, alice):
    row = make_transaction(book)
    address = f"/transactions/{row.pk}/rule"
    sent = {"contains": "bottle", "category": row.category_id, "once": token(alice, address)}
    for _ in range(2):
        assert alice.post(address, sent).status_code == 302
    assert Rule.objects.filter(book=book).count() == 1


def test_book_is_opened_once_and_entered(cast, alice):
    sent = {"kind": "business", "name": "Shop", "currency": "USD", "time_zone": "UTC"}
    sent |= {"fiscal_month": 1, "fiscal_day": 1, "once": token(alice, "/settings/books/new")}
    for _ in range(2):
        assert alice.post("/settings/books/new", sent).headers["Location"] == "/"
    assert alice.session["book"] == Book.objects.get(name="Shop").pk


def test_another_form_or_another_content_is_another_entry(book, alice, wallet):
    same = token(alice, "/transactions/new")
    alice.post("/transactions/new", entry(book, once=same))
    alice.post("/transactions/new", entry(book, once=same, amount="4.00"))
    alice.post("/transactions/new", entry(book, once=token(alice, "/transactions/new")))
    assert Transaction.objects.filter(book=book).count() == 3


def test_refused_form_can_be_sent_again(book, alice, wallet):
    sent = entry(book, once=token(alice, "/transactions/new"))
    closed = Account.objects.get(pk=sent["account"])
    Account.objects.filter(pk=closed.pk).update(closed_at=timezone.now())
    assert alice.post("/transactions/new", sent).status_code == 422
    Account.objects.filter(pk=closed.pk).update(closed_at=None)
    assert alice.post("/transactions/new", sent).status_code == 302


def test_what_another_person_sends_is_theirs(cast, book, alice, wallet):
    sent = entry(book, once=token(alice, "/transactions/new"))
    for client in (alice, browse(cast.bob, cast.book)):
        client.post("/transactions/new", sent)
    assert Transaction.objects.filter(book=book).count() == 2


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_account_ends_as_wanted_however_often_it_is_sent(book, alice, wanted):
    account = make_account(book, closed_at=None if wanted == "yes" else timezone.now())
    address = f"/accounts/{account.pk}/close"
    assert f'name="closed" value="{wanted}"' in alice.get(address).content.decode()
    for _ in range(2):
        assert alice.post(address, {"closed": wanted}).status_code == 302
    account.refresh_from_db()
    assert (account.closed_at is not None) == (wanted == "yes")


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_category_ends_as_wanted_however_often_it_is_sent(cast, book, alice, wanted):
    hobby = make_category(book)
    if wanted == "no":
        actions.archive_category(book=book, by=cast.alice.user, pk=hobby.pk, archived=True, now=timezone.now())
    assert f'name="archived" value="{wanted}"' in alice.get(f"/categories/{hobby.pk}").content.decode()
    for _ in range(2):
        assert alice.post(f"/categories/{hobby.pk}/archive", {"archived": wanted}).status_code == 302
    hobby.refresh_from_db()
    assert (hobby.archived_at is not None) == (wanted == "yes")


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_create_one(cast):
    with entered(cast.book):
        sent = entry(cast.book)
    clients = [browse(cast.alice, cast.book) for _ in range(4)]
    sent["once"] = token(clients[0], "/transactions/new")
    found = []

    def send(client):
        found.append(client.post("/transactions/new", sent).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [302] * 4
    with entered(cast.book):
        assert Transaction.objects.filter(book=cast.book).count() == 1
