"""Nothing is filed under an archived category any more; what is there stays."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import NewRule
from banking.models import Transaction
from banking.tests.bank import linked, read
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_category, make_transaction


@pytest.fixture
def archive(book, cast):
    def archive(category):
        return actions.archive_category(book=book, by=cast.alice.user, pk=category.pk, archived=True, now=NOW)

    return archive


def file(book, cast, row, category):
    actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes={"category": category}, now=NOW)


def refile(book, cast, row):
    actions.refile(book=book, by=cast.alice.user, now=NOW)
    row.refresh_from_db()
    return row


def test_history_of_an_archived_category_is_no_evidence(book, cast, archive):
    hobby = make_category(book)
    for _ in range(3):
        file(book, cast, make_transaction(book, description="QWZX 17"), hobby)
    later = make_transaction(book, description="QWZX 17")
    archive(hobby)
    assert refile(book, cast, later).category.archived_at is None
    found = queries.prediction(book=book, description="QWZX 17", amount=Decimal("-10"))
    assert hobby.pk not in {found.filed.category_id, *(each.category_id for each in found.top)}
    assert not any(str(hobby.pk) in each.reason for each in (found.filed, *found.top))


def test_a_rule_rests_with_its_category_and_wakes_with_it(book, cast, archive):
    hobby = make_category(book)
    new = NewRule(contains="qwzx", category=hobby)
    actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)
    row = make_transaction(book, description="QWZX 17")
    archive(hobby)
    assert refile(book, cast, row).category_source != "rule"
    actions.archive_category(book=book, by=cast.alice.user, pk=hobby.pk, archived=False, now=NOW)
    assert refile(book, cast, row).category == hobby


def test_the_page_says_that_a_rule_rests(book, cast, archive):
    hobby = make_category(book)
    new = NewRule(contains="qwzx", category=hobby)
    actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)
    alice = browse(cast.alice, book)
    assert "Resting" not in alice.get("/categories").content.decode()
    archive(hobby)
    assert "Resting" in alice.get("/categories").content.decode()


@pytest.mark.parametrize(("archived", "filed"), [("COFFEE", "FOOD"), ("FOOD", "UNCATEGORISED")])
def test_a_sync_files_under_the_nearest_category_that_is_left(book, cast, archive, sandbox_bank, archived, filed):
    connection = linked(book, cast.alice.user)
    archive(category_of(book, archived))
    read(connection)
    rows = Transaction.objects.filter(book=book)
    assert not rows.filter(category__archived_at__isnull=False).exists()
    assert not rows.filter(suggestion__archived_at__isnull=False).exists()
    coffee = rows.filter(bank_category="FOOD_AND_DRINK_COFFEE")
    assert {row.category.code for row in coffee} == {filed}


def test_a_note_can_be_written_on_what_is_filed_there(book, cast, archive):
    hobby = make_category(book)
    row = make_transaction(book, category=hobby)
    archive(hobby)
    alice = browse(cast.alice, book)
    assert "Hobby (archived)" in alice.get(f"/transactions/{row.pk}").content.decode()
    sent = {"category": hobby.pk, "merchant": "", "note": "kept", "tags": "", "day": row.day}
    answer = alice.post(f"/transactions/{row.pk}", {**sent, "amount": row.amount, "description": row.description})
    row.refresh_from_db()
    assert (answer.status_code, row.note, row.category, row.category_source) == (302, "kept", hobby, "model")


def test_an_archived_suggestion_is_not_offered(book, cast, archive):
    hobby = make_category(book)
    row = make_transaction(book, category="UNCATEGORISED")
    Transaction.objects.filter(pk=row.pk).update(suggestion=hobby)
    alice = browse(cast.alice, book)
    assert "Perhaps" in alice.get(f"/transactions/{row.pk}").content.decode()
    archive(hobby)
    assert "Perhaps" not in alice.get(f"/transactions/{row.pk}").content.decode()


@pytest.mark.parametrize("code", ["UNCATEGORISED", "COFFEE"])
def test_a_rule_is_not_offered_for_where_nothing_is_filed(book, cast, archive, code):
    row = make_transaction(book, category=code)
    if code == "COFFEE":
        archive(row.category)
    page = browse(cast.alice, book).get(f"/transactions/{row.pk}/rule").content.decode()
    assert "Choose a category" in page
