"""Removed transactions can be had back for a while, and fields that were set by hand be handed back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.models import DayTotal, Transaction
from banking.queries.trash import OFFERED_FOR
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import category_of, make_account, make_connection, make_rule, make_transaction
from banking.tests.test_undoing import kept, rebuilt


@pytest.fixture
def rows(cast):
    """A bank's and one by hand, both in the trash."""
    with entered(cast.book):
        account = make_account(cast.book, connection=make_connection(cast.book))
        rows = (
            make_transaction(cast.book, account=account),
            make_transaction(cast.book, account=make_account(cast.book)),
        )
        before = kept(cast.book)
        for row in rows:
            actions.remove(book=cast.book, by=cast.alice.user, pk=row.pk, now=timezone.now())
    return (*rows, before)


def page(cast, who="bob"):
    return browse(getattr(cast, who), getattr(cast, who).book)


def test_the_page_offers_what_was_removed(cast, rows):
    seen = page(cast).get("/trash").content.decode()
    assert seen.count("BLUE BOTTLE COFFEE") == 4
    assert f"/transactions/{rows[0].pk}/restore" in seen
    assert "/restore" not in page(cast, "carol").get("/trash").content.decode()
    assert "The trash is empty" in page(cast, "stranger").get("/trash").content.decode()
    assert page(cast).get("/trash?cursor=x").status_code == 404


def test_restoring_puts_all_back(cast, rows):
    *removed, before = rows
    for row in removed:
        answer = page(cast).post(f"/transactions/{row.pk}/restore", follow=True)
        assert "Restored: BLUE BOTTLE COFFEE." in answer.content.decode()
    with entered(cast.book):
        assert kept(cast.book) == before == rebuilt(cast.book)
    assert page(cast).post(f"/transactions/{removed[0].pk}/restore").status_code == 404


def test_over_the_api(cast, api, rows):
    client, (bank, by_hand, _before) = api("bob"), rows
    listed = client.get("/api/transactions/trash", {"limit": 1}).json()
    rest = client.get("/api/transactions/trash", {"limit": 1, "cursor": listed["next"]}).json()
    assert [each["id"] for each in listed["results"] + rest["results"]] == [by_hand.pk, bank.pk]
    assert listed["results"][0]["amount"] == "-10.00"
    answer = client.post(f"/api/transactions/{bank.pk}/restore")
    assert (answer.status_code, answer.json()["edited"]) == (200, [])
    assert client.post(f"/api/transactions/{bank.pk}/restore").status_code == 404
    for who, status in (("carol", 403), ("stranger", 404)):
        assert api(who).post(f"/api/transactions/{by_hand.pk}/restore").status_code == status
    for query in ({"limit": 0}, {"cursor": "x"}):
        assert set(client.get("/api/transactions/trash", query).json()["fields"]) == set(query)


def test_what_is_not_offered(cast, rows):
    bank, by_hand, _before = rows
    with entered(cast.book):
        Transaction.objects.filter(pk=bank.pk).update(discarded=False)  # the bank has withdrawn it since
        long_ago = timezone.now() - OFFERED_FOR - timedelta(hours=1)
        Transaction.objects.filter(pk=by_hand.pk).update(removed_at=long_ago)
        for row in (bank, by_hand):
            with pytest.raises(Transaction.DoesNotExist):
                actions.restore(book=cast.book, by=cast.bob.user, pk=row.pk, now=timezone.now())
    assert "The trash is empty" in page(cast).get("/trash").content.decode()


def test_the_number_of_queries_is_fixed(cast, rows):
    before = queries_of(page(cast), "/trash")
    with entered(cast.book):
        for _ in range(5):
            row = make_transaction(cast.book)
            actions.remove(book=cast.book, by=cast.bob.user, pk=row.pk, now=timezone.now())
    assert queries_of(page(cast), "/trash") == before


@pytest.fixture
def locked(cast):
    with entered(cast.book):
        account = make_account(cast.book, connection=make_connection(cast.book))
        row = make_transaction(cast.book, account=account, description="KITE PALACE 12")
        make_rule(cast.book, contains="kite", category="RENT")
        changes = {"category": category_of(cast.book, "FUEL"), "merchant": "My kites", "note": "x"}
        actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=timezone.now())
    return row


def test_a_category_is_decided_again(cast, locked):
    client, address = page(cast), f"/transactions/{locked.pk}"
    seen = client.get(address).content.decode()
    assert seen.count("Alice set this on") == 6  # and as often for those who do not see
    assert "Unlocked." in client.post(f"{address}/unlock", {"field": "category"}, follow=True).content.decode()
    with entered(cast.book):
        row = Transaction.objects.get(pk=locked.pk)
        assert (row.category.code, row.category_source, "category" in row.edited) == ("RENT", "rule", False)
        assert (row.merchant.name, DayTotal.objects.get().amount) == ("My kites", Decimal(-10))
        assert kept(cast.book) == rebuilt(cast.book)


def test_locks_over_the_api(cast, api, locked):
    client, address = api("bob"), f"/api/transactions/{locked.pk}"
    assert [each["field"] for each in client.get(address).json()["locks"]] == ["category", "merchant", "note"]
    answer = client.post(f"{address}/unlock", {"locks": ["merchant", "note"]}).json()
    assert ([each["field"] for each in answer["locks"]], answer["merchant"]) == (["category"], "Kite Palace")
    for bad in ({"locks": ["day"]}, {"locks": ["removed"]}, {"locks": []}, {}):
        refused = client.post(f"{address}/unlock", bad)
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {"locks"}), bad
    for who, status in (("carol", 403), ("stranger", 404)):
        assert api(who).post(f"{address}/unlock", {"locks": ["category"]}).status_code == status


def test_an_unlock_that_unlocks_nothing_says_so(cast, locked):
    client, address = page(cast), f"/transactions/{locked.pk}/unlock"
    assert "there is nothing to unlock" in client.post(address, {"field": "day"}, follow=True).content.decode()
    assert page(cast, "carol").post(address, {"field": "note"}).status_code == 403
    assert page(cast, "stranger").post(address, {"field": "note"}).status_code == 404
