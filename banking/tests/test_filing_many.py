"""Filing many rows at once, rules, and filing again."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import NewRule, Refused, TooMany, rules
from banking.models import Rule, Transaction
from banking.queries import Filters
from banking.tests.factories import category_of, make_account, make_merchant, make_transaction
from journal.models import Change

D = Decimal


def file(book, cast, **given):
    return actions.categorise_many(book=book, by=cast.alice.user, category=category_of(book, "RENT"), now=NOW, **given)


def test_rows_named_by_ids(book, cast):
    rows = [make_transaction(book, day=date(2026, month, 1)) for month in (1, 2, 3)]
    done = file(book, cast, ids=[rows[0].pk, rows[2].pk])
    assert done.count == 2
    assert Change.objects.filter(operation=done.operation_id).count() == 2
    assert [row.category.code for row in queries.transactions(book=book)] == ["RENT", "COFFEE", "RENT"]


def test_rows_named_by_filters_and_the_preview(book, cast):
    merchant = make_merchant(book)
    for account in (make_account(book), make_account(book)):
        make_transaction(book, account=account, merchant=merchant)
    make_transaction(book)
    filters = Filters(merchants=frozenset([merchant.pk]))
    rent = category_of(book, "RENT")
    assert actions.to_be_filed(book=book, category=rent, filters=filters).count() == 2
    assert file(book, cast, filters=filters).count == 2
    assert actions.to_be_filed(book=book, category=rent, filters=filters).count() == 0
    by_category = queries.stats(book=book).by_category
    assert {(part.name, part.total.count) for part in by_category} == {("Rent", 2), ("Coffee", 1)}


def test_earlier_edits_stay_marked(book, cast):
    row = make_transaction(book)
    actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes={"note": "x"}, now=NOW)
    file(book, cast, ids=[row.pk])
    row.refresh_from_db()
    assert row.edited == {"note": NOW.isoformat(), "category": NOW.isoformat()}
    assert (row.category_source, row.reason) == ("user", "You chose this category")


def test_twice_is_once(book, cast):
    row = make_transaction(book)
    file(book, cast, ids=[row.pk])
    again = file(book, cast, ids=[row.pk])
    assert (again.count, again.operation_id) == (0, None)


def test_an_unknown_id_changes_nothing(book, cast):
    row = make_transaction(book)
    with pytest.raises(Refused):
        file(book, cast, ids=[row.pk, row.pk + 1])
    row.refresh_from_db()
    assert row.category.code == "COFFEE"


def test_too_many_are_refused(book, cast, monkeypatch):
    monkeypatch.setattr("banking.actions.editing.MOST_ROWS", 1)
    rows = [make_transaction(book) for _ in range(2)]
    with pytest.raises(TooMany):
        file(book, cast, filters=Filters())
    assert {Transaction.objects.get(pk=row.pk).category.code for row in rows} == {"COFFEE"}


def test_a_rule_files_again_what_nobody_filed(book, cast):
    mine = make_transaction(book, description="LANDLORD 1", category="UNCATEGORISED")
    kept = make_transaction(book, description="LANDLORD 2")
    actions.amend(book=book, by=cast.alice.user, pk=kept.pk, changes={"category": kept.category}, now=NOW)
    new = NewRule(contains="landlord", category=category_of(book, "RENT"), direction="out")
    actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)
    filters = Filters(text="landlord")
    assert actions.refile(book=book, by=cast.alice.user, now=NOW, filters=filters) == 1
    mine.refresh_from_db()
    assert (mine.category.code, mine.category_source) == ("RENT", "rule")
    assert "landlord" in mine.reason.lower()
    assert actions.refile(book=book, by=cast.alice.user, now=NOW, filters=filters) == 0


def test_a_rule_can_be_deleted(book, cast):
    new = NewRule(contains="x", category=category_of(book, "RENT"))
    rule = actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)
    actions.delete_rule(book=book, by=cast.alice.user, pk=rule.pk, now=NOW)
    assert not queries.rules(book=book).exists()
    with pytest.raises(Rule.DoesNotExist):
        actions.delete_rule(book=book, by=cast.alice.user, pk=rule.pk, now=NOW)


@pytest.mark.parametrize(
    "given", [{"contains": " "}, {"direction": "up"}, {"amount_min": D(-1)}, {"contains": "a\u202eb"}]
)
def test_a_bad_rule_is_refused(book, cast, given):
    new = NewRule(**{"contains": "x", "category": category_of(book, "RENT"), **given})
    with pytest.raises(Refused):
        actions.create_rule(book=book, by=cast.alice.user, new=new, now=NOW)


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, cast, count, django_assert_max_num_queries):
    for _ in range(count):
        make_transaction(book, refresh=False)
    with django_assert_max_num_queries(20):
        file(book, cast, filters=Filters())
    assert rules.MOST_ROWS == 20_000
