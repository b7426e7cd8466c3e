"""The split editor, refunds and what is owed as pages, without scripts."""

from decimal import Decimal

import pytest

from banking import actions, queries
from banking.actions import Part
from banking.forms.splitting import SplitForm
from banking.models import RefundLink, Reimbursement, Split, Transaction
from banking.tests.browsing import IN_DRAWER, browse, figures_in, queries_of, rows_in
from banking.tests.factories import category_of, make_merchant, make_transaction

NOBODY = "Nobody owes you anything"


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def row(book):
    return make_transaction(book, amount="-120", merchant=make_merchant(book, name="Costco"))


def sent(*parts, **more):
    """What the editor sends: (how, size, category, note, part's id) each."""
    found = {"part-TOTAL_FORMS": len(parts), "part-INITIAL_FORMS": 2, **more}
    for number, part in enumerate(parts):
        for name, value in zip(("how", "size", "category", "note", "part"), part, strict=False):
            found[f"part-{number}-{name}"] = value
    return found


def test_split_add_a_part_and_change_it(book, alice, row):
    address, rent = f"/transactions/{row.pk}/split", category_of(book, "RENT").pk
    page = alice.get(address)
    assert page.content.decode().count("<fieldset") == 2
    typed = ("amount", "80", rent, "boxes"), ("percent", "25", rent, "")
    more = alice.post(address, sent(*typed, more="1"))
    assert (more.status_code, more.content.decode().count("<fieldset")) == (200, 3)
    assert b"boxes" in more.content
    assert more.content.decode().count('<fieldset class="part" data-added>') == 1
    assert "$10.00" in more.content.decode().split("Left to give away: ")[1][:200]
    assert not Split.objects.exists()
    done = alice.post(address, sent(*typed, ("amount", "", rent, ""), ("rest", "", rent, "")))
    assert done.headers["Location"] == f"/transactions/{row.pk}"
    parts = queries.parts(book=book, pk=row.pk)
    assert [str(part.amount) for part in parts] == ["-80.00", "-30.00", "-10.00"]
    kept = [("amount", "100", rent, "", parts[0].pk), ("amount", "20", rent, "", parts[2].pk)]
    assert alice.post(address, sent(*kept)).status_code == 302
    assert [str(part.amount) for part in queries.parts(book=book, pk=row.pk)] == ["-100.00", "-20.00"]
    listed = alice.get("/transactions").content.decode()
    assert rows_in(listed) == [parts[2].pk, parts[0].pk]
    assert listed.count("part of") == 2
    shown = alice.get(f"/transactions/{row.pk}").content.decode()
    assert 'name="category"' not in shown
    assert "Put together" in shown
    assert f"/transactions/{row.pk}" in alice.get(f"/transactions/{parts[0].pk}").content.decode()
    assert alice.get(f"/transactions/{row.pk}/unsplit").status_code == 200
    assert alice.post(f"/transactions/{row.pk}/unsplit").status_code == 302
    assert rows_in(alice.get("/transactions").content.decode()) == [row.pk]


@pytest.mark.parametrize(("currency", "left"), [("JPY", "7"), ("KWD", "6.999")])
def test_what_is_left_is_said_in_the_places_of_the_currency(book, row, currency, left):
    Transaction.objects.filter(pk=row.pk).update(currency=currency, amount=-10)
    row.refresh_from_db()
    size = "3" if currency == "JPY" else "3.001"
    assert str(SplitForm(sent(("amount", size, row.category_id)), row=row, parts=[], rest=None).left) == left


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([("amount", "80"), ("amount", "30")], "let one part take the rest"),
        ([("amount", "1,5"), ("rest", "")], "Enter a number with a point"),
        ([("amount", "120"), ("rest", "")], "Part 2 is nothing"),
        ([("amount", ""), ("amount", "")], "2 to 50 parts"),
        ([("amount", "1", "9" * 9), ("rest", "")], "Select a valid choice"),
        ([("amount", "1", None, "", 10**9), ("rest", "")], "There is no part"),
    ],
)
def test_a_refused_split_says_what_to_do_and_keeps_what_was_typed(book, alice, row, parts, says):
    category = category_of(book, "RENT").pk
    full = [(how, size, (more[0] if more and more[0] else category), "", *more[2:]) for how, size, *more in parts]
    page = alice.post(f"/transactions/{row.pk}/split", sent(*full))
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Split.objects.exists()
    assert alice.post(f"/transactions/{row.pk}/split", {}, **IN_DRAWER).status_code == 200


def test_a_split_that_the_bank_changed_says_so(book, alice, row):
    actions.split(
        book=book, by=None, pk=row.pk, parts=[Part(percent=Decimal(50)), Part(remainder=True)], now=row.created_at
    )
    Split.objects.update(amount=Decimal(-100))
    assert "has changed the amount" in alice.get(f"/transactions/{row.pk}").content.decode()


def test_link_find_and_part(book, alice, row):
    back = make_transaction(book, amount="120", merchant=row.merchant)
    friend = make_transaction(book, amount="7", description="FROM BOB", merchant=None)
    page = alice.get(f"/transactions/{row.pk}/refunds").content.decode()
    assert "The whole amount of a purchase at Costco" in page
    assert rows_in(alice.get(f"/transactions/{row.pk}/refunds", {"q": "bob"}).content.decode()) == [back.pk, friend.pk]
    assert alice.post(f"/transactions/{back.pk}/refunds", {"other": row.pk}).status_code == 302
    assert "Refunded by" in alice.get(f"/transactions/{row.pk}").content.decode()
    refused = alice.post(f"/transactions/{row.pk}/refunds", {"other": friend.pk})
    assert (refused.status_code, b"nothing left" in refused.content) == (422, True)
    assert alice.post(f"/transactions/{row.pk}/refunds/unlink", {"other": back.pk}).status_code == 302
    assert not RefundLink.objects.exists()
    for other in ("", "x", "9" * 20, "999999"):
        assert alice.post(f"/transactions/{row.pk}/refunds", {"other": other}).status_code == 404
        assert alice.post(f"/transactions/{row.pk}/refunds/unlink", {"other": other}).status_code == 404


def test_what_is_owed_is_noted_listed_and_taken_back(book, alice, row):
    assert NOBODY in alice.get("/transactions/owed").content.decode()
    address = f"/transactions/{row.pk}/owed"
    assert alice.post(address, {"amount": "500", "who": "Ann"}).status_code == 422
    assert alice.post(address, {"amount": "50.5", "who": "Ann"}).status_code == 302
    alice.post(f"/transactions/{row.pk}/refunds", {"other": make_transaction(book, amount="20").pk})
    page = alice.get("/transactions/owed").content.decode()
    assert figures_in(page)["owed-USD"][2] == Decimal("30.50")
    assert (rows_in(page), "Ann" in page) == ([row.pk], True)
    before = queries_of(alice, "/transactions/owed")
    for _ in range(5):
        actions.expect_back(book=book, by=None, pk=make_transaction(book).pk, now=row.created_at)
    assert queries_of(alice, "/transactions/owed") == before
    assert "Still owed to you" in alice.get(f"/transactions/{row.pk}").content.decode()
    assert alice.post(address, {"nothing": "1"}).status_code == 302
    assert alice.post(address, {"nothing": "1"}).status_code == 404
    assert alice.get("/transactions/owed", {"cursor": "x"}).status_code == 404
    assert Reimbursement.objects.count() == 5


def test_queries_do_not_grow_with_parts_and_refunds(book, alice, row):
    parts = [Part(percent=Decimal(50)), Part(remainder=True)]
    actions.split(book=book, by=None, pk=row.pk, parts=parts, now=row.created_at)
    pages = ("/transactions", f"/transactions/{row.pk}", f"/transactions/{row.pk}/split")
    before = [queries_of(alice, page) for page in pages]
    actions.split(book=book, by=None, pk=row.pk, parts=[Part(percent=Decimal(10))] * 10, now=row.created_at)
    assert [queries_of(alice, page) for page in pages] == before
    purchase = make_transaction(book, amount="-90")
    pages = (f"/transactions/{purchase.pk}", f"/transactions/{purchase.pk}/refunds")
    for _ in range(2):
        before = [queries_of(alice, page) for page in pages]
        for _each in range(3):
            refund = make_transaction(book, amount="1")
            actions.link_refund(book=book, by=None, refund=refund.pk, purchase=purchase.pk, now=row.created_at)
    assert [queries_of(alice, page) for page in pages] == before


def test_nobody_else_enters(cast, book, row):
    back = make_transaction(book, amount="120")
    carol, stranger = browse(cast.carol, book), browse(cast.stranger, cast.stranger.book)
    for path in ("split", "unsplit", "refunds", "refunds/unlink", "owed"):
        for client, status in ((carol, 403), (stranger, 404)):
            assert client.post(f"/transactions/{row.pk}/{path}", {"other": back.pk}).status_code == status, path
    assert carol.get("/transactions/owed").status_code == 200
    assert Transaction.objects.count() == 2
