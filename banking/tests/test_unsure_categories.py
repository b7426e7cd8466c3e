"""Categories that nobody is sure of: one question for a merchant."""

from decimal import Decimal

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.models import ReviewItem, Rule, Transaction
from banking.queries import review
from banking.tests.factories import (
    category_of,
    make_transaction,
)
from banking.tests.inbox import decide, find, only, state, unsure

D = Decimal


def test_an_unsure_merchant_is_one_question_and_may_become_a_rule(book, cast):
    unsure(book, 3)
    make_transaction(book, category="RENT")
    before = state(book)
    find(book)
    item = only("category")
    [group] = review.groups(book=book, found=[item])[item.pk]
    assert (group.count, group.amount, group.currency) == (3, D(-30), "USD")
    decide("accept", book, cast, item, rule=True)
    assert Rule.objects.get().name == "Blue Bottle"
    assert [row.category.code for row in queries.transactions(book=book)].count("COFFEE") == 3
    decide("reject", book, cast, only("category"))
    assert state(book) == before
    find(book)
    assert only("category").state == "rejected"


def test_another_category_may_be_chosen_and_new_rows_ask_again(book, cast):
    unsure(book, 1)
    find(book)
    decide("accept", book, cast, only("category"), category=category_of(book, "RENT"))
    assert Transaction.objects.get().category.code == "RENT"
    unsure(book, 1)
    find(book)
    assert only("category").state == "open"


def test_a_question_about_a_category_follows_what_was_filed_elsewhere(book, cast):
    older, newest = unsure(book, 2)
    find(book)
    given = {"book": book, "by": cast.alice.user, "category": category_of(book, "RENT"), "now": NOW}
    actions.categorise_many(**given, ids=[newest.pk])
    find(book)
    assert (only("category").first, review.open_count(book=book)) == (older, 1)
    actions.categorise_many(**given, ids=[older.pk])
    assert review.open_count(book=book) == 0
    find(book)
    assert not ReviewItem.objects.exists()
