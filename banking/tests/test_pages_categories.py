"""The page of categories and rules."""

import pytest

from banking.models import Category, Rule
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import category_of, make_category, make_rule


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def test_tree_and_rules_are_listed(book, alice):
    make_rule(book, contains="rewe", category="GROCERIES")
    page = alice.get("/categories").content.decode()
    assert "Food &amp; Dining" in page
    assert "Groceries" in page
    assert "“rewe”" in page


def test_category_inside_another(book, alice):
    parent = category_of(book, "TRANSPORTATION")
    assert alice.post("/categories/new", {"name": "Boat", "parent": parent.pk, "kind": "expense"}).status_code == 302
    assert Category.objects.get(book=book, name="Boat").parent == parent


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"name": "Groceries", "kind": "expense"}, {"name": "x", "parent": "9999"}]
)
def test_bad_category_is_refused(book, alice, sent):
    assert alice.post("/categories/new", sent).status_code == 422


def test_rename_archive_and_bring_back(book, alice):
    row = make_category(book, name="Hobby")
    alice.post(f"/categories/{row.pk}", {"name": "Fun"})
    alice.post(f"/categories/{row.pk}/archive")
    row.refresh_from_db()
    assert row.name == "Fun"
    assert row.archived_at is not None
    alice.post(f"/categories/{row.pk}/archive", {"archived": "no"})
    row.refresh_from_db()
    assert row.archived_at is None


def test_what_is_needed_cannot_be_archived(book, alice):
    answer = alice.post(f"/categories/{category_of(book, 'UNCATEGORISED').pk}/archive")
    assert answer.status_code == 422


def test_rule_comes_and_goes(book, alice):
    sent = {"contains": "rewe", "category": category_of(book, "GROCERIES").pk}
    alice.post("/categories/rules/new", sent)
    rule = Rule.objects.get(book=book)
    assert alice.get(f"/categories/rules/{rule.pk}/remove").status_code == 200
    alice.post(f"/categories/rules/{rule.pk}/remove")
    assert not Rule.objects.filter(book=book).exists()


def test_stranger_and_viewer_change_nothing(cast, book):
    row = make_category(book)
    stranger, carol = browse(cast.stranger, cast.stranger.book), browse(cast.carol, cast.book)
    assert stranger.get(f"/categories/{row.pk}").status_code == 404
    assert stranger.post(f"/categories/{row.pk}/archive").status_code == 404
    assert carol.get("/categories").status_code == 200
    assert carol.post(f"/categories/{row.pk}", {"name": "x"}).status_code == 403


def test_number_of_queries_is_fixed(book, alice):
    make_rule(book, contains="x", category=make_category(book))
    before = queries_of(alice, "/categories")
    for number in range(10):
        row = make_category(book, name=f"C{number}")
        make_rule(book, contains="x", category=row)
    assert queries_of(alice, "/categories") == before <= 18


def test_an_archived_category_inside_another_can_be_brought_back(book, alice):
    row = category_of(book, "GROCERIES")
    alice.post(f"/categories/{row.pk}/archive")
    shown = alice.get("/categories").content.decode()
    assert f'href="/categories/{row.pk}"' in shown.split('id="archived"')[1]
    alice.post(f"/categories/{row.pk}/archive", {"archived": "no"})
    assert 'id="archived"' not in alice.get("/categories").content.decode()


def test_what_is_brought_back_brings_the_one_it_is_inside_of(book, alice):
    row = category_of(book, "GROCERIES")
    alice.post(f"/categories/{row.parent_id}/archive")
    alice.post(f"/categories/{row.pk}/archive", {"archived": "no"})
    assert category_of(book, "FOOD").archived_at is None
    assert category_of(book, "COFFEE").archived_at is not None


def test_viewer_is_led_to_what_is_filed_in_an_archived_one(cast, book, alice):
    row = category_of(book, "GROCERIES")
    alice.post(f"/categories/{row.pk}/archive")
    shown = browse(cast.carol, book).get("/categories").content.decode()
    assert f'href="/transactions?category={row.pk}"' in shown.split('id="archived"')[1]


def test_a_category_inside_income_begins_as_income(book, alice):
    income = category_of(book, "INCOME")
    form = alice.get("/categories/new", {"parent": income.pk}).context["form"]
    assert form["kind"].value() == "income"
    assert (
        alice.post("/categories/new", {"name": "Royalties", "parent": income.pk, "kind": "expense"}).status_code == 302
    )
    assert Category.objects.get(book=book, name="Royalties").kind == "income"


def test_a_nonsensical_parent_is_none(alice):
    assert alice.get("/categories/new", {"parent": "1" * 4301}).context["form"]["kind"].value() == "expense"


def test_a_rule_for_no_size_at_all_is_refused(book, alice):
    sent = {"contains": "rewe", "category": category_of(book, "GROCERIES").pk, "amount_min": "50", "amount_max": "10"}
    page = alice.post("/categories/rules/new", sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["amount_max"])
    assert not Rule.objects.filter(book=book).exists()
