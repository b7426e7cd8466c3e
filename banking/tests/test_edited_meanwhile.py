"""Whoever saves a form that was open for a while takes back nothing that somebody else has changed meanwhile."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from banking import actions
from banking.models import Connection, EvidenceSource
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_category, make_connection, make_transaction

INPUT = re.compile(r'<input type="(\w+)" name="([\w-]+)"(?: value="([^"]*)")?[^>]*?( checked)?>')
TEXT = re.compile(r'<textarea name="([\w-]+)"[^>]*>\s*([^<]*)</textarea>')
SELECT = re.compile(r'<select\b[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def open_form(client, address):
    """What a browser would send of the last form of the page if nothing were touched."""
    page = client.get(address).content.decode()
    main = page[page.index("<main") :]
    form = re.search(r'<form class="form[^"]*".*?</form>', main, re.DOTALL)[0]
    sent = {
        name: unescape(value) for kind, name, value, checked in INPUT.findall(form) if kind != "checkbox" or checked
    }
    sent |= {name: unescape(text) for name, text in TEXT.findall(form)}
    return sent | {name: CHOSEN.search(options)[1] for name, options in SELECT.findall(form) if CHOSEN.search(options)}


def amend(cast, row, **changes):
    actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=timezone.now())


@pytest.fixture
def bob(cast):
    return browse(cast.bob, cast.book)


@pytest.fixture
def row(book):
    return make_transaction(book, account=make_account(book), amount="-4.50", note="Two\r\nlines", tags=["home"])


def test_fields_that_somebody_else_changed_stay(cast, book, bob, row):
    form = open_form(bob, f"/transactions/{row.pk}")
    amend(cast, row, note="With receipt", category=category_of(book, "FLIGHTS"), amount=Decimal(-5), excluded=True)
    bob.post(f"/transactions/{row.pk}", {**form, "tags": "home, weekly"})
    row.refresh_from_db()
    assert (row.note, row.category.code, row.amount, row.excluded) == ("With receipt", "FLIGHTS", -5, True)
    assert [tag.name for tag in row.tags.order_by("name")] == ["home", "weekly"]


def test_what_was_changed_wins_also_after_a_refusal(cast, book, bob, row):
    form = open_form(bob, f"/transactions/{row.pk}")
    amend(cast, row, note="With receipt", merchant="Corner shop")
    refused = bob.post(f"/transactions/{row.pk}", {**form, "note": "Mine", "amount": "0"})
    assert refused.status_code == 422
    shown = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', refused.content.decode()))
    bob.post(f"/transactions/{row.pk}", {**form, **shown, "note": "Mine"})
    row.refresh_from_db()
    assert (row.note, row.merchant.name) == ("Mine", "Corner shop")


def test_saving_settles_the_category_that_was_shown(book, bob, row):
    bob.post(f"/transactions/{row.pk}", open_form(bob, f"/transactions/{row.pk}"))
    row.refresh_from_db()
    assert (row.category.code, row.category_source) == ("COFFEE", EvidenceSource.USER)
    assert set(row.edited) == {"category"}


def test_a_row_of_an_archived_category_keeps_it(cast, book, bob, row):
    hobby = make_category(book)
    amend(cast, row, category=hobby)
    actions.archive_category(book=book, by=cast.alice.user, pk=hobby.pk, archived=True, now=timezone.now())
    bob.post(f"/transactions/{row.pk}", {**open_form(bob, f"/transactions/{row.pk}"), "note": "Kites"})
    row.refresh_from_db()
    assert (row.category, row.note) == (hobby, "Kites")


def test_account_keeps_the_opening_balance_of_somebody_else(cast, book, bob):
    account = make_account(book)
    form = open_form(bob, f"/accounts/{account.pk}/edit")
    changes = {"opening": Decimal(100)}
    actions.amend_account(book=book, by=cast.alice.user, pk=account.pk, changes=changes, now=timezone.now())
    bob.post(f"/accounts/{account.pk}/edit", {**form, "name": "Purse"})
    account.refresh_from_db()
    assert (account.name, account.opening) == ("Purse", 100)


def test_category_keeps_its_new_name(cast, book, bob):
    hobby = make_category(book)
    form = open_form(bob, f"/categories/{hobby.pk}")
    actions.rename_category(book=book, by=cast.alice.user, pk=hobby.pk, name="Fun", now=timezone.now())
    bob.post(f"/categories/{hobby.pk}", form)
    hobby.refresh_from_db()
    assert hobby.name == "Fun"


def test_connection_keeps_how_often_it_is_read(cast, book, bob):
    connection = make_connection(book)
    form = open_form(bob, f"/connections/{connection.pk}")
    Connection.objects.filter(pk=connection.pk).update(sync_frequency_hours=1)
    bob.post(f"/connections/{connection.pk}/frequency", form)
    connection.refresh_from_db()
    assert connection.sync_frequency_hours == 1


def test_book_keeps_what_another_owner_set(cast, book):
    alice = browse(cast.alice, cast.book)
    form = open_form(alice, f"/settings/books/{book.pk}")
    type(book).objects.filter(pk=book.pk).update(currency="EUR", time_zone="Europe/Paris")
    alice.post(f"/settings/books/{book.pk}", {**form, "name": "Home"})
    book.refresh_from_db()
    assert (book.name, book.currency, book.time_zone) == ("Home", "EUR", "Europe/Paris")
