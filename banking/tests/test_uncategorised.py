"""Nobody's choice is made by leaving a row uncategorised."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.models import EvidenceSource, Transaction
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_connection, make_transaction
from journal.models import Operation


@pytest.fixture
def unfiled(book):
    """A row that nobody has filed yet, with a suggestion."""
    account = make_account(book, connection=make_connection(book))
    row = make_transaction(book, account=account, category="UNCATEGORISED", description="QWZX 17")
    row.category_source, row.suggestion = EvidenceSource.NONE, category_of(book, "COFFEE")
    row.save()
    return row


def assert_still_open(row):
    row.refresh_from_db()
    assert (row.category_source, row.suggestion.code) == ("none", "COFFEE")
    assert "category" not in row.edited


def test_a_note_saved_on_the_page_confirms_nothing(cast, book, unfiled):
    sent = {"category": unfiled.category_id, "merchant": "", "note": "from Bob", "tags": ""}
    browse(cast.alice, book).post(f"/transactions/{unfiled.pk}", sent)
    assert_still_open(unfiled)
    assert unfiled.note == "from Bob"


def test_naming_it_over_the_api_confirms_nothing(book, api, unfiled):
    change = {"category_id": unfiled.category_id, "note": "from Bob"}
    assert api().patch(f"/api/transactions/{unfiled.pk}", change).status_code == 200
    assert_still_open(unfiled)


def test_filing_many_there_passes_over_those_that_are_there(book, cast, unfiled):
    filed = make_transaction(book)
    everything = {"category": category_of(book, "UNCATEGORISED"), "ids": [unfiled.pk, filed.pk]}
    assert actions.categorise_many(book=book, by=cast.alice.user, now=NOW, **everything).count == 1
    assert_still_open(unfiled)
    assert Operation.objects.get(book=book).verb == "categorise"


def test_taking_a_row_out_of_its_category_is_a_choice(book, cast):
    row = make_transaction(book)
    place = category_of(book, "UNCATEGORISED")
    actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes={"category": place}, now=NOW)
    row.refresh_from_db()
    assert (row.category, row.category_source) == (place, "user")


def test_what_is_left_uncategorised_teaches_nothing(book):
    row = make_transaction(book, category="UNCATEGORISED", description="QWZX 17")
    Transaction.objects.filter(pk=row.pk).update(category_source=EvidenceSource.USER)
    assert len(queries.evidence(book=book).memory) == 0
    found = queries.prediction(book=book, description="QWZX 18", amount=Decimal("-4"))
    assert "UNCATEGORISED" not in {category.code for category in _named(book, found)}


def _named(book, found):
    return queries.category_rows(book=book).filter(pk__in=[each.category_id for each in found.top])
