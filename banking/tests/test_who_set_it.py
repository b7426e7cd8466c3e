"""What the page of a transaction tells other members about what one of them set."""

import re

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.models import EvidenceSource, Transaction
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import category_of, make_account, make_connection, make_transaction


@pytest.fixture
def row(book):
    return make_transaction(book, account=make_account(book, connection=make_connection(book)), tags=["tea"])


def amend(cast, row, **changes):
    with entered(cast.book):
        actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=timezone.now())


def seen(cast, row, who):
    return browse(getattr(cast, who), cast.book).get(f"/transactions/{row.pk}").content.decode()


def test_who_chose_the_category(cast, book, row):
    amend(cast, row, category=category_of(book, "FUEL"))
    assert "You chose this category" in seen(cast, row, "alice")
    name = cast.alice.user.get_short_name()
    for other in ("bob", "carol"):
        page = seen(cast, row, other)
        assert f"{name} chose this category" in page
        assert "You chose" not in page
        assert re.search(rf"Category: {name} set this on [\w ,]+, and no update changes it.", page)


def test_category_that_nobody_is_known_for(cast, row):
    Transaction.objects.filter(pk=row.pk).update(
        category_source=EvidenceSource.USER, reason="You chose this category", edited={"category": "1"}
    )
    page = seen(cast, row, "alice")
    assert "Set by hand" in page
    assert "You chose" not in page


def test_viewer_sees_the_tags(cast, row):
    assert "<dt>Tags</dt><dd>tea</dd>" in seen(cast, row, "carol")


def test_history_names_tags_beside_what_else_was_saved(cast, row):
    amend(cast, row, note="with Bob", tags=["tea", "cake"])
    assert "</a> changed the note, tagged it cake</li>" in seen(cast, row, "bob")


def test_history_names_tags_alone(cast, row):
    amend(cast, row, tags=["cake"])
    assert "</a> took the tag tea off, tagged it cake</li>" in seen(cast, row, "bob")


def test_number_of_queries_is_fixed(cast, book, row):
    client, address = browse(cast.bob, cast.book), f"/transactions/{row.pk}"
    amend(cast, row, category=category_of(book, "FUEL"))
    before = queries_of(client, address)
    for code in ("GROCERIES", "FUEL") * 3:
        amend(cast, row, category=category_of(book, code))
    assert queries_of(client, address) == before


@pytest.mark.parametrize(
    ("source", "reason"), [("provider", "Your bank\u2019s data says Tea"), ("rule", "Your rule fits")]
)
def test_the_reason_is_said_once(cast, row, source, reason):
    Transaction.objects.filter(pk=row.pk).update(category_source=source, reason=reason)
    page = seen(cast, row, "bob")
    assert reason in page
    assert f"{EvidenceSource(source).label}:" not in page


def test_bank_category_in_words(cast, row):
    Transaction.objects.filter(pk=row.pk).update(bank_category="FOOD_AND_DRINK_FAST_FOOD")
    page = seen(cast, row, "bob")
    assert "Food and drink fast food" in page
    assert "FOOD_AND" not in page
