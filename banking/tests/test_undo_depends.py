"""What a later change rests on is not taken away from under it: the undo says which change that is."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions
from banking.actions import reviewing, transferring
from banking.models import Account, Category, ReviewItem, Rule, Transaction, Transfer
from banking.tests.factories import category_of, make_account, make_merchant, make_transaction
from banking.tests.test_undoing import amend, kept, undo
from journal import actions as journal
from journal.actions import CannotUndo
from journal.models import Operation


def refused(operation, cast, words):
    before = kept(operation.book)
    with pytest.raises(CannotUndo, match=words):
        undo(operation, cast)
    assert kept(operation.book) == before


def latest():
    return Operation.objects.order_by("-id").first()


@pytest.fixture
def do(book, cast):
    """`do(verb, **arguments)` calls the action as bob; the operation that it made."""

    def call(verb, **arguments):
        getattr(actions, verb)(book=book, by=cast.bob.user, now=NOW, **arguments)
        return latest()

    return call


@pytest.fixture
def pair(book, cast):
    def call(first, second):
        transferring.pair(book=book, by=cast.bob.user, outgoing=first, incoming=second, now=NOW)
        return latest()

    return call


def two(book, amount=10):
    return make_transaction(book, account=make_account(book), amount=-amount), make_transaction(
        book, account=make_account(book), amount=10
    )


def test_the_amount_of_what_was_paired_since(book, cast, do, pair):
    out, into = two(book, 7)
    done = amend(do, out, amount=Decimal(-10))
    out.refresh_from_db()
    paired = pair(out, into)
    refused(done, cast, "Paired a transfer")
    undo(paired, cast)
    undo(done, cast)


def test_a_row_that_came_back_and_was_paired_since(book, cast, do, pair):
    out, into = two(book)
    do("remove", pk=out.pk)
    done = do("restore", pk=out.pk)
    out.refresh_from_db()
    pair(out, into)
    refused(done, cast, "Paired a transfer")


def test_what_was_done_after_pairing_is_taken_back_and_done_again(book, cast, do, pair):
    out, into = two(book)
    pair(out, into)
    done = amend(do, out, amount=Decimal(-9))
    undo(done, cast)
    undo(done, cast, journal.redo)
    assert Transaction.objects.get(pk=out.pk).amount == -9


def test_the_amount_of_what_was_paid_back_or_owed_since(book, cast, do):
    bought, back = two(book, 5)
    done = amend(do, bought, amount=Decimal(-10))
    tied = do("link_refund", refund=back.pk, purchase=bought.pk)
    refused(done, cast, "Tied a refund")
    undo(tied, cast)
    owed = do("expect_back", pk=bought.pk, who="Joe")
    refused(done, cast, "owe")
    undo(owed, cast)
    undo(done, cast)


def test_where_a_purchase_was_filed_when_its_refund_followed(book, cast, do):
    bought, back = two(book)
    done = amend(do, bought, category=category_of(book, "FUEL"))
    do("link_refund", refund=back.pk, purchase=bought.pk)
    refused(done, cast, "Tied a refund")


def test_a_match_that_was_taken_apart_since(book, cast, do, pair):
    out, into = two(book)
    pair(out, into)
    done = amend(do, out, category=category_of(book, "FUEL"))
    transferring.unpair(book=book, by=cast.bob.user, pk=Transfer.objects.get().pk, now=NOW)
    refused(done, cast, "Took a transfer apart")


def test_a_merchant_that_was_merged_since(book, cast, do):
    one, other = make_merchant(book), make_merchant(book, name="Red Bottle")
    row = make_transaction(book, merchant=one)
    done = amend(do, row, merchant="Somebody else")
    merged = do("merge_merchants", pk=one.pk, into=other.pk)
    refused(done, cast, "Merged two merchants")
    undo(merged, cast)
    undo(done, cast)
    assert Transaction.objects.get().merchant == one


def test_a_note_that_another_row_took_over(book, cast, do):
    account = make_account(book)
    kept_row, gone = (make_transaction(book, account=account) for _ in range(2))
    done = amend(do, gone, note="mine")
    item = ReviewItem.objects.create(
        book=book, kind="duplicate", key="1:2", first=kept_row, second=gone, day=gone.day, score=0.9
    )
    reviewing.accept(book=book, by=cast.bob.user, pk=item.pk, now=NOW)
    refused(done, cast, "Accepted in the review")


def made(book, do):
    done = do("create_category", new=actions.NewCategory(name="Kites", kind="expense"))
    return done, Category.objects.get(name="Kites")


def test_a_category_that_a_refund_goes_back_to(book, cast, do):
    done, kites = made(book, do)
    bought, back = two(book)
    amend(do, back, category=kites)
    do("link_refund", refund=back.pk, purchase=bought.pk)
    refused(done, cast, "Tied a refund")
    do("unlink_refund", refund=back.pk, purchase=bought.pk)
    assert Transaction.objects.get(pk=back.pk).category == kites


def test_a_category_that_a_side_goes_back_to(book, cast, do, pair):
    done, kites = made(book, do)
    out, into = two(book)
    amend(do, out, category=kites)
    out.refresh_from_db()
    pair(out, into)
    refused(done, cast, "Paired a transfer")
    transferring.unpair(book=book, by=cast.bob.user, pk=Transfer.objects.get().pk, now=NOW)


def test_a_category_that_a_rule_splits_into(book, cast, do):
    done, kites = made(book, do)
    split = [{"kind": "percent", "value": "50", "category_id": kites.pk}, {"kind": "remainder"}]
    wish = actions.RuleWish("", {"all": [{"field": "text", "op": "contains", "value": "x"}]}, {"split": split})
    do("store_rule", wish=wish)
    refused(done, cast, "Added a rule")


def test_an_account_that_a_rule_asks_for(book, cast, do):
    done = do("open_account", new=actions.NewAccount("Jar", "depository", "USD"))
    asks = {"all": [{"field": "account", "op": "equals", "value": Account.objects.get(name="Jar").pk}]}
    do("store_rule", wish=actions.RuleWish("", asks, {"note": "x"}))
    refused(done, cast, "Added a rule")


def test_a_rule_that_ran(book, cast, do):
    asks = {"all": [{"field": "text", "op": "contains", "value": "blue"}]}
    row = make_transaction(book)
    done = do("store_rule", wish=actions.RuleWish("", asks, {"note": "x"}))
    rule = Rule.objects.get()
    run = actions.ask_run(book=book, by=cast.bob.user, rule_id=rule.pk, now=NOW)
    actions.run_rules(book=book, run_id=run.pk, clock=lambda: NOW)
    undo(done, cast)
    run.refresh_from_db()
    assert (run.rule, run.name) == (None, rule.name)
    undo(done, cast, journal.redo)
    run.refresh_from_db()
    assert run.rule == rule
    assert Transaction.objects.get(pk=row.pk).note == "x"


def test_a_category_inside_one_that_was_archived_since(book, cast, do):
    child = category_of(book, "COFFEE")
    done = do("archive_category", pk=child.pk, archived=True)
    do("archive_category", pk=child.parent_id, archived=True)
    refused(done, cast, "Archived")


def test_a_name_that_another_merchant_or_view_has_now(book, cast, do):
    one = make_merchant(book)
    name = one.name
    done = do("amend_merchant", pk=one.pk, changes={"name": "Renamed"})
    other = make_merchant(book, name="Red Bottle")
    do("amend_merchant", pk=other.pk, changes={"name": name})
    refused(done, cast, "Changed a merchant")
    saved = do("save_view", name="Mine", query="q=x", shared=True)
    undo(saved, cast)
    do("save_view", name="Mine", query="q=y", shared=True)
    with pytest.raises(CannotUndo):
        undo(saved, cast, journal.redo)
