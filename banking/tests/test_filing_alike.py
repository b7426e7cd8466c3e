"""After a person filed a row, others of its merchant that nobody filed follow it in one step."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.models import Transaction
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_connection, make_merchant, make_transaction
from banking.tests.inbox import find, only, unsure
from journal import actions as journal
from journal.models import Operation


@pytest.fixture
def shop(book):
    """Three rows of one merchant, newest last."""
    merchant, bank = make_merchant(book, name="Corner"), make_account(book, connection=make_connection(book))
    return [make_transaction(book, account=bank, merchant=merchant) for _ in range(3)]


def filed(book, cast, row, code="RENT"):
    changes = {"category": category_of(book, code)}
    return actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)


def codes(book):
    rows = Transaction.objects.filter(book=book).order_by("id")
    return list(rows.values_list("category__code", flat=True))


def pressed(page):
    """The address and the fields of the button beside the message."""
    html = page.content.decode()
    assert "Also file 2 earlier ones like it" in html
    return html.split('action="/transactions/')[1].split('"')[0]


def test_others_follow_and_come_back_in_one_operation(book, cast, shop):
    filed(book, cast, shop[2])
    done = actions.categorise_alike(book=book, by=cast.alice.user, pk=shop[2].pk, now=NOW)
    assert (done.count, codes(book)) == (2, ["RENT"] * 3)
    assert {row.category_source for row in Transaction.objects.filter(book=book)} == {"user"}
    journal.undo(book=book, by=cast.alice.user, pk=done.operation_id, now=NOW)
    assert codes(book) == ["COFFEE", "COFFEE", "RENT"]


def test_what_a_person_or_a_rule_filed_and_other_directions_stay(book, cast, shop):
    merchant = shop[0].merchant
    filed(book, cast, shop[0], "GROCERIES")
    Transaction.objects.filter(pk=shop[1].pk).update(category_source="rule")
    make_transaction(book, merchant=merchant, amount=Decimal(10))
    make_transaction(book, merchant=make_merchant(book, name="Other"))
    same = make_transaction(book, merchant=merchant, category="RENT")
    assert queries.alike(book=book, row=filed(book, cast, shop[2])).count() == 0
    make_transaction(book, merchant=merchant)
    assert queries.alike(book=book, row=filed(book, cast, same)).count() == 1


def test_what_no_person_filed_and_what_waits_offers_nothing(book, cast, shop):
    assert queries.offer(book=book, ids=[shop[2].pk]) is None
    filed(book, cast, shop[2], "UNCATEGORISED")
    assert queries.offer(book=book, ids=[shop[2].pk]) is None


def test_the_offer_takes_two_queries_for_any_number(book, cast, shop, counted):
    filed(book, cast, shop[2])
    for _ in range(20):
        make_transaction(book, merchant=shop[0].merchant)
    assert counted(lambda: queries.offer(book=book, ids=[shop[2].pk])) == 2


def test_page_offers_it_beside_the_message_without_scripts(book, cast, shop):
    alice, address = browse(cast.alice, book), f"/transactions/{shop[2].pk}"
    form = {"category": category_of(book, "RENT").pk, "merchant": "Corner"}
    page = alice.post(address, form, follow=True)
    answer = alice.post(f"/transactions/{pressed(page)}", {"next": address}, follow=True)
    assert "Filed 2 transactions under Rent." in answer.content.decode()
    assert codes(book) == ["RENT"] * 3
    assert "Also file" not in alice.post(address, {**form, "note": "new"}, follow=True).content.decode()


def test_list_offers_it_for_rows_of_one_merchant(book, cast, shop):
    make_transaction(book, merchant=shop[0].merchant)
    sent = {"transaction": [shop[1].pk, shop[2].pk], "category": category_of(book, "RENT").pk}
    page = browse(cast.alice, book).post("/transactions/categorise", sent, follow=True)
    assert pressed(page) == f"{shop[2].pk}/alike"


def test_drawer_gets_the_button_for_its_line(book, cast, shop):
    alice, htmx = browse(cast.alice, book), {"HX-Request": "true"}
    form = {"category": category_of(book, "RENT").pk, "merchant": "Corner"}
    answer = alice.post(f"/transactions/{shop[2].pk}", form, headers=htmx)
    address = f"/transactions/{shop[2].pk}/alike/toast"
    assert f'"offer": "{address}"' in answer["HX-Trigger"]
    assert f'data-hx-post="/transactions/{shop[2].pk}/alike"' in alice.get(address).content.decode()
    assert alice.post(f"/transactions/{shop[2].pk}/alike", headers=htmx).status_code == 204
    assert "Also file" not in alice.get(address).content.decode()


def test_bulk_page_offers_it_too(book, cast, shop):
    sent = {"transaction": [shop[1].pk], "category": category_of(book, "RENT").pk, "step": "do"}
    alice = browse(cast.alice, book)
    assert pressed(alice.post("/transactions/edit", sent, follow=True)) == f"{shop[1].pk}/alike"
    noted = {**sent, "category": "", "note": "n"}
    assert "Also file" not in alice.post("/transactions/edit", noted, follow=True).content.decode()


def test_inbox_offers_it_singly_and_in_bulk(book, cast, shop):
    waits = unsure(book, 1, name="Corner Shop")[0]
    Transaction.objects.filter(pk__in=[row.pk for row in shop]).update(merchant=waits.merchant)
    Transaction.objects.filter(pk__in=[row.pk for row in shop[1:]]).update(category=category_of(book, "RENT"))
    find(book)
    alice, item = browse(cast.alice, book), only("category")
    page = alice.post(f"/review/{item.pk}", {"decision": "accept"}, follow=True)
    address = pressed(page)
    assert "Undo" in page.content.decode()
    assert "Filed 2 transactions" in alice.post(f"/transactions/{address}", {}, follow=True).content.decode()
    assert codes(book) == ["COFFEE"] * 4
    for operation in Operation.objects.order_by("-pk")[:2]:
        journal.undo(book=book, by=cast.alice.user, pk=operation.pk, now=NOW)
    answer = alice.post("/review/many", {"decision": "accept", "item": item.pk}, headers={"HX-Request": "true"})
    assert f'"offer": "/transactions/{waits.pk}/alike/toast"' in answer["HX-Trigger"]


def test_api_counts_and_files(book, cast, api, shop):
    client, address = api("bob"), f"/api/transactions/{shop[2].pk}"
    rent = category_of(book, "RENT").pk
    assert client.patch(address, {"category_id": rent}).json()["alike"] == 2
    assert client.get(f"{address}/alike").json() == {"count": 2, "category_id": rent, "category": "Rent"}
    done = client.post(f"{address}/alike").json()
    assert (done["count"], codes(book)) == (2, ["RENT"] * 3)
    assert client.post(f"/api/operations/{done['operation_id']}/undo").status_code == 200
    assert codes(book) == ["COFFEE", "COFFEE", "RENT"]


def test_who_may_only_look_and_who_is_a_stranger_file_nothing(book, cast, api, shop):
    filed(book, cast, shop[2])
    assert api("carol").post(f"/api/transactions/{shop[2].pk}/alike").status_code == 403
    assert api("stranger").post(f"/api/transactions/{shop[2].pk}/alike").status_code in {403, 404}
    assert browse(cast.carol, book).post(f"/transactions/{shop[2].pk}/alike").status_code == 403
    assert codes(book) == ["COFFEE", "COFFEE", "RENT"]
