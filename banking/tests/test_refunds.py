"""Refunds take the category of their purchase and give it back; what others owe goes down by what came back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Conflicting, Part, Refused, reviewing, transferring
from banking.models import EvidenceSource, RefundLink, Reimbursement, ReviewItem, Transaction
from banking.queries.ledger import broken
from banking.tests.factories import DAY, category_of, make_account, make_merchant, make_transaction
from banking.tests.inbox import find, unsure
from journal.models import Change

FILED = ("category", "category_source", "confidence", "reason", "suggestion", "edited")


@pytest.fixture
def shop(book):
    return make_merchant(book, name="Shoe shop")


@pytest.fixture
def purchase(book, shop):
    return make_transaction(book, amount="-80", category="SHOPPING", merchant=shop, description="SHOES")


@pytest.fixture
def refund(book, shop):
    return make_transaction(book, amount="80", category="SALARY", merchant=shop, day=DAY + timedelta(days=9))


def link(refund, purchase, amount=None):
    found = {"refund": refund.pk, "purchase": purchase.pk, "amount": amount}
    return actions.link_refund(book=refund.book, by=None, now=NOW, **found)


def unlink(refund, purchase):
    actions.unlink_refund(book=refund.book, by=None, refund=refund.pk, purchase=purchase.pk, now=NOW)


def filed(row):
    row.refresh_from_db()
    return row.category.code, row.category_source, row.confidence


def test_a_refund_is_filed_where_its_purchase_is_and_back(book, refund, purchase):
    before = Transaction.objects.filter(pk=refund.pk).values().get()
    assert link(refund, purchase).amount == Decimal(80)
    assert filed(refund) == ("SHOPPING", EvidenceSource.MATCH, 1.0)
    assert "Shoe shop" in refund.reason
    assert {each.name: each.total.net for each in queries.stats(book=book).by_category} == {"Shopping": Decimal(0)}
    unlink(refund, purchase)
    after = Transaction.objects.filter(pk=refund.pk).values().get()
    assert after == before | {"updated_at": after["updated_at"]}
    assert broken(now=NOW, book_id=book.pk) == []
    assert Change.objects.filter(model="banking.RefundLink").count() == 2
    assert Change.objects.filter(model="banking.Transaction", key=refund.pk).count() == 2


def test_a_refund_follows_where_its_purchase_goes(book, refund, purchase):
    link(refund, purchase)
    actions.amend(book=book, by=None, pk=purchase.pk, changes={"category": category_of(book, "RENT")}, now=NOW)
    assert filed(refund)[:2] == ("RENT", EvidenceSource.MATCH)
    actions.categorise_many(book=book, by=None, category=category_of(book, "COFFEE"), ids=[purchase.pk], now=NOW)
    assert filed(refund)[:2] == ("COFFEE", EvidenceSource.MATCH)
    actions.refile(book=book, by=None, now=NOW)
    assert filed(refund)[:2] == ("COFFEE", EvidenceSource.MATCH)
    actions.unlock(book=book, by=None, pk=purchase.pk, fields={"category"}, now=NOW)
    assert filed(refund)[0] == filed(purchase)[0] != "COFFEE"
    asks = {"all": [{"field": "text", "op": "contains", "value": "shoes"}]}
    wish = actions.RuleWish("", asks, {"category_id": category_of(book, "FUEL").pk})
    actions.store_rule(book=book, by=None, wish=wish, now=NOW)
    run = actions.ask_run(book=book, by=None, rule_id=None, now=NOW)
    actions.run_rules(book=book, run_id=run.pk, clock=lambda: NOW)
    assert filed(refund)[:2] == ("FUEL", EvidenceSource.MATCH)
    assert broken(now=NOW, book_id=book.pk) == []


def test_a_refund_that_has_followed_goes_back_when_its_match_is_declined(book, cast, refund, purchase):
    rent = {"category": category_of(book, "RENT")}
    actions.amend(book=book, by=cast.bob.user, pk=refund.pk, changes=rent, now=NOW)
    item = ReviewItem.objects.create(
        book=book, kind="refund", key="1:2", first=purchase, second=refund, day=DAY, score=0.9
    )
    reviewing.accept(book=book, by=cast.bob.user, pk=item.pk, now=NOW)
    fuel = {"category": category_of(book, "FUEL")}
    actions.amend(book=book, by=cast.bob.user, pk=purchase.pk, changes=fuel, now=NOW)
    assert filed(refund)[:2] == ("FUEL", EvidenceSource.MATCH)
    reviewing.reject(book=book, by=cast.bob.user, pk=item.pk, now=NOW)
    assert filed(refund)[:2] == ("RENT", EvidenceSource.USER)
    assert list(refund.edited) == ["category"]


def test_what_a_person_files_later_stays(book, refund, purchase):
    link(refund, purchase)
    actions.amend(book=book, by=None, pk=refund.pk, changes={"category": category_of(book, "RENT")}, now=NOW)
    unlink(refund, purchase)
    assert filed(refund)[:2] == ("RENT", EvidenceSource.USER)


def test_a_refund_of_several_purchases_goes_with_the_largest(book, shop, purchase):
    other = make_transaction(book, amount="-100", category="RENT", merchant=shop)
    refund = make_transaction(book, amount="150", category="SALARY")
    assert [link(refund, each).amount for each in (purchase, other)] == [Decimal(80), Decimal(70)]
    assert filed(refund)[0] == "SHOPPING"
    unlink(refund, purchase)
    assert filed(refund)[:2] == ("RENT", EvidenceSource.MATCH)
    unlink(refund, other)
    assert filed(refund)[:2] == ("SALARY", EvidenceSource.MODEL)


def test_no_more_is_paid_back_than_both_hold(book, shop, purchase):
    large = make_transaction(book, amount="100")
    assert link(large, purchase, Decimal(50)).amount == Decimal(50)
    again = make_transaction(book, amount="40")
    with pytest.raises(Refused, match=r"at most 30\.00"):
        link(again, purchase, Decimal(31))
    assert link(again, purchase).amount == Decimal(30)
    with pytest.raises(Conflicting, match="nothing left"):
        link(make_transaction(book, amount="5"), purchase)


def test_what_cannot_be_a_pair_is_refused(book, refund, purchase):
    euros = make_account(book, name="Euros", currency="EUR")
    for pair, message in [
        ((purchase, refund), "money in"),
        ((refund, make_transaction(book, amount="3")), "money out"),
        ((make_transaction(book, account=euros, amount="3"), purchase), "currencies"),
    ]:
        with pytest.raises(Refused, match=message):
            link(*pair)
    link(refund, purchase)
    with pytest.raises(Conflicting, match="already"):
        link(refund, purchase)
    with pytest.raises(Conflicting, match="refund"):
        actions.split(
            book=book, by=None, pk=purchase.pk, parts=[Part(percent=Decimal(50)), Part(remainder=True)], now=NOW
        )
    assert RefundLink.objects.count() == 1


def test_candidates_are_of_the_merchant_and_not_too_old(book, shop, refund, purchase, counted):
    larger = make_transaction(book, amount="-200", merchant=shop, day=DAY - timedelta(days=1))
    make_transaction(book, amount="-80", merchant=shop, day=DAY - timedelta(days=172))
    make_transaction(book, amount="-79", merchant=shop)
    make_transaction(book, amount="-80", merchant=make_merchant(book, name="Other"))
    make_transaction(book, amount="-80", merchant=shop, day=DAY + timedelta(days=10))
    found = queries.refund_candidates(book=book, refunds=[refund])
    assert [each.purchase for each in found] == [purchase, larger]
    assert found[0].score > 0.95 > 0.7 > found[1].score
    assert "whole amount" in found[0].reason
    assert [each.refund for each in queries.purchase_candidates(book=book, purchase=purchase)] == [refund]
    assert counted(lambda: queries.refund_candidates(book=book, refunds=[refund] * 5)) == 2
    link(refund, purchase)
    assert queries.refund_candidates(book=book, refunds=[refund]) == []


def test_what_is_owed_goes_down_by_what_comes_back(book, refund, purchase):
    dinner = make_transaction(book, amount="-90", category="RESTAURANTS")
    actions.expect_back(book=book, by=None, pk=dinner.pk, amount=Decimal(60), who="Bob", now=NOW)
    friend = make_transaction(book, amount="40")
    link(friend, dinner)
    assert queries.owed_totals(book=book) == {"USD": Decimal(20)}
    [line] = [queries.as_owed(each) for each in queries.owed(book=book)]
    assert (line.reimbursement.who, line.back, line.left) == ("Bob", Decimal(40), Decimal(20))
    link(make_transaction(book, amount="30"), dinner)
    assert queries.owed_totals(book=book) == {}
    assert queries.reimbursement_of(book=book, pk=dinner.pk).left == 0
    actions.expect_back(book=book, by=None, pk=dinner.pk, now=NOW)
    assert queries.owed_totals(book=book) == {"USD": Decimal(20)}
    actions.expect_nothing_back(book=book, by=None, pk=dinner.pk, now=NOW)
    assert not Reimbursement.objects.exists()
    assert Change.objects.filter(model="banking.Reimbursement").count() == 3


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1), Decimal("80.01"), Decimal("1.005")])
def test_what_cannot_be_owed_is_refused(book, purchase, refund, amount):
    with pytest.raises(Refused):
        actions.expect_back(book=book, by=None, pk=purchase.pk, amount=amount, now=NOW)
    with pytest.raises(Refused, match="spent"):
        actions.expect_back(book=book, by=None, pk=refund.pk, now=NOW)
    assert not Reimbursement.objects.exists()


def test_a_side_of_a_transfer_is_no_refund_and_a_refund_no_side_of_a_transfer(book, cast):
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    checking, savings = make_account(book, name="Checking"), make_account(book, name="Savings")
    cost = make_transaction(book, account=checking, amount=Decimal(-50), category="SHOPPING")
    out = make_transaction(book, account=checking, amount=Decimal(-50))
    back = make_transaction(book, account=savings, amount=Decimal(50))
    pair = transferring.pair(outgoing=out, incoming=back, **given)
    with pytest.raises(Conflicting, match="part of a transfer"):
        actions.link_refund(refund=back.pk, purchase=cost.pk, **given)
    transferring.unpair(pk=pair.pk, **given)
    actions.link_refund(refund=back.pk, purchase=cost.pk, **given)
    back.refresh_from_db()
    with pytest.raises(Conflicting, match="A refund belongs to"):
        transferring.pair(outgoing=out, incoming=back, **given)
    actions.unlink_refund(refund=back.pk, purchase=cost.pk, **given)
    back.refresh_from_db()
    assert back.category.code != "TRANSFER"


def test_what_a_person_had_filed_is_marked_as_theirs_again_once_parted(book, refund, purchase):
    """By hand or in the inbox, and although the refund had followed its purchase meanwhile."""
    actions.amend(book=book, by=None, pk=refund.pk, changes={"category": category_of(book, "RENT")}, now=NOW)
    before = Transaction.objects.filter(pk=refund.pk).values(*FILED).get()
    link(refund, purchase)
    assert Transaction.objects.get(pk=refund.pk).edited == {}
    unlink(refund, purchase)
    assert Transaction.objects.filter(pk=refund.pk).values(*FILED).get() == before
    ReviewItem.objects.all().delete()
    find(book)
    reviewing.accept(book=book, by=None, pk=ReviewItem.objects.get().pk, now=NOW)
    actions.amend(book=book, by=None, pk=purchase.pk, changes={"category": category_of(book, "COFFEE")}, now=NOW)
    assert filed(refund)[0] == "COFFEE"
    reviewing.reject(book=book, by=None, pk=ReviewItem.objects.get().pk, now=NOW)
    assert Transaction.objects.filter(pk=refund.pk).values(*FILED).get() == before


def test_parted_by_hand_they_are_never_proposed_again(book, refund, purchase):
    find(book)
    reviewing.accept(book=book, by=None, pk=ReviewItem.objects.get().pk, now=NOW)
    unlink(refund, purchase)
    assert (ReviewItem.objects.get().state, find(book).new) == ("rejected", 0)


def test_a_refund_follows_what_the_inbox_files(book):
    [bought] = unsure(book, 1)
    back = make_transaction(book, account=bought.account, amount=5, merchant=bought.merchant)
    link(back, bought)
    find(book)
    reviewing.accept(book=book, by=None, pk=ReviewItem.objects.get().pk, now=NOW)
    assert filed(back)[0] == "COFFEE"
    assert broken(now=NOW, book_id=book.pk) == []


def test_a_purchase_that_is_gone_holds_nothing_back(book, shop, refund, purchase):
    link(refund, purchase)
    actions.remove(book=book, by=None, pk=purchase.pk, now=NOW)
    other = make_transaction(book, account=purchase.account, amount="-80", category="SHOPPING", merchant=shop)
    assert link(refund, other).amount == 80
    unlink(refund, other)
    assert filed(refund)[0] == "SALARY"
