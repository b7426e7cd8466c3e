"""The pages that tell what was done and take it back."""

import json

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import actions
from banking.models import Transaction
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import category_of, make_account, make_connection, make_transaction
from journal.models import Operation


@pytest.fixture
def row(cast):
    with entered(cast.book):
        row = make_transaction(cast.book, account=make_account(cast.book, connection=make_connection(cast.book)))
        changes = {"category": category_of(cast.book, "GROCERIES")}
        actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)
    return row


@pytest.fixture
def done(cast, row):
    with entered(cast.book):
        return Operation.objects.get()


def as_(cast, name):
    return browse(getattr(cast, name), getattr(cast, name).book)


def seen(client, address="/activity"):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_it_says_who_did_what_with_an_undo_button(cast, done):
    page = seen(as_(cast, "bob"))
    for words in ("Changed a transaction: BLUE BOTTLE COFFEE", "Alice", "filed it under Groceries", "Undo"):
        assert words in page
    assert f'action="/activity/{done.pk}/undo"' in page
    viewers = seen(as_(cast, "carol"))
    assert "Changed a transaction" in viewers
    assert f"/activity/{done.pk}/undo" not in viewers


def test_the_details_show_before_and_after_in_words(cast, done):
    page = seen(as_(cast, "carol"), f"/activity/{done.pk}")
    for words in ("<bdi>Coffee</bdi>", "<bdi>Groceries</bdi>", ">Category<"):
        assert words in page
    assert "category_id" not in page


def test_filters_narrow_it(cast, done):
    client = as_(cast, "alice")
    assert "Changed a transaction:" in seen(client, f"/activity?person={cast.alice.user.pk}&kind=transactions")
    assert "Nothing matches" in seen(client, f"/activity?person={cast.bob.user.pk}")
    assert "Nothing matches" in seen(client, "/activity?kind=rules")
    refused = client.get("/activity?person=x")
    assert refused.status_code == 422
    assert "Select a valid choice" in refused.content.decode()
    assert client.get("/activity?cursor=x").status_code == client.get("/activity/1?cursor=x").status_code == 404


def test_undo_and_redo_without_scripts(cast, row, done):
    client = as_(cast, "bob")
    answer = client.post(f"/activity/{done.pk}/undo", {"next": "/transactions"}, follow=True)
    assert answer.redirect_chain == [("/transactions", 302)]
    page = answer.content.decode()
    assert "Undone: Changed a transaction: BLUE BOTTLE COFFEE." in page
    assert f'action="/activity/{done.pk}/redo"' in page
    with entered(cast.book):
        assert Transaction.objects.get().category.code == "COFFEE"
    assert "Undone" in seen(client)
    again = client.post(f"/activity/{done.pk}/redo", follow=True).content.decode()
    assert "Done again: Changed a transaction: BLUE BOTTLE COFFEE." in again
    assert "undid a change" in seen(client, f"/transactions/{row.pk}")


def test_what_is_refused_says_why_and_changes_nothing(cast, row, done):
    with entered(cast.book):
        changes = {"category": category_of(cast.book, "RENT")}
        actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)
    page = as_(cast, "bob").post(f"/activity/{done.pk}/undo", follow=True).content.decode()
    assert "A later change depends on this: Changed a transaction." in page
    with entered(cast.book):
        assert (Transaction.objects.get().category.code, Operation.objects.count()) == ("RENT", 2)


def test_a_script_gets_the_line_and_its_button(cast, done):
    client = as_(cast, "bob")
    assert 'aria-keyshortcuts="Control+Z Meta+Z" data-undo' in seen(client, f"/activity/{done.pk}/toast")
    answer = client.post(f"/activity/{done.pk}/undo", headers={"HX-Request": "true"})
    told = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, told["saved"]["undo"]) == (204, f"/activity/{done.pk}/toast")
    assert "changed:transactions" in told
    again = seen(client, f"/activity/{done.pk}/toast")
    assert f'data-hx-post="/activity/{done.pk}/redo"' in again
    assert "data-undo" not in again


def test_a_saved_row_can_be_undone_at_once(cast, row):
    client = as_(cast, "bob")
    page = client.post(
        f"/transactions/{row.pk}", {"note": "milk", "category": row.category_id, "tags": "trip"}, follow=True
    )
    with entered(cast.book):
        newest = Operation.objects.order_by("-id").first().pk
    assert "Saved. You filed it under Coffee, changed the note, tagged it trip." in page.content.decode()
    assert f'action="/activity/{newest}/undo"' in page.content.decode()


def test_viewers_and_strangers_undo_nothing(cast, done):
    for turn in ("undo", "redo"):
        assert as_(cast, "carol").post(f"/activity/{done.pk}/{turn}").status_code == 403
        assert as_(cast, "stranger").post(f"/activity/{done.pk}/{turn}").status_code == 404
    for page in (f"/activity/{done.pk}", f"/activity/{done.pk}/toast"):
        assert as_(cast, "stranger").get(page).status_code == 404


def test_the_number_of_queries_is_fixed(cast, row, done):
    client = as_(cast, "bob")
    before = queries_of(client, "/activity")
    with entered(cast.book):
        for note in "abcdef":
            actions.amend(book=cast.book, by=cast.bob.user, pk=row.pk, changes={"note": note}, now=NOW)
    assert queries_of(client, "/activity") == before


def test_one_of_many_is_not_told_as_if_it_were_all(cast, row):
    with entered(cast.book):
        rows = [row, *(make_transaction(cast.book, account=row.account, description="SHOP") for _ in range(2))]
        rent = category_of(cast.book, "RENT")
        actions.categorise_many(
            book=cast.book, by=cast.alice.user, category=rent, ids=[each.pk for each in rows], now=NOW
        )
        filed = Operation.objects.latest("pk")
    page = as_(cast, "bob").post(f"/activity/{filed.pk}/undo", follow=True).content.decode()
    assert " and 2 others." in page
