"""Bills and income on their page and over the API."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_category
from budgeting.items import RecurringItem
from budgeting.receivers import look_for_recurring
from budgeting.tasks import find_recurring_everywhere

NEW = {"name": "Rent", "amount": "-900", "frequency": "monthly", "next_on": "2026-12-01"}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def client(api, cast):
    return api(cast.alice)


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def rent(book):
    soon = book.today(timezone.now()) + timedelta(days=9)
    return RecurringItem.objects.create(
        book=book, name="Rent", amount=-900, currency="USD", next_on=soon, first_day=soon.day
    )


def test_typed_in_changed_and_removed(client, book):
    made = client.post("/api/recurring", NEW, format="json")
    assert (made.status_code, made.json()["state"], made.json()["yearly"]) == (201, "confirmed", "-10800.00")
    address = f"/api/recurring/{made.json()['id']}"
    inside = make_category(book)
    changed = client.patch(address, {"category_id": inside.pk, "next_on": "2026-12-05"}, format="json").json()
    assert (changed["category"], changed["next_on"], changed["amount"]) == ("Hobby", "2026-12-05", "-900.00")
    assert client.patch(address, {"ended": True}, format="json").json()["state"] == "ended"
    assert client.get("/api/recurring?state=ended&limit=1").json()["results"][0]["id"] == made.json()["id"]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_decided_over_the_api(client, rent):
    address = f"/api/recurring/{rent.pk}"
    assert client.post(f"{address}/confirm").json()["state"] == "confirmed"
    assert client.post(f"{address}/confirm").json()["code"] == "conflict"
    found = client.get("/api/recurring/upcoming?days=10").json()
    assert [(each["name"], each["state"]) for each in found["results"]] == [("Rent", "ahead")]
    assert found["totals"] == [{"currency": "USD", "incoming": "0", "outgoing": "900.00"}]
    assert client.post(f"{address}/ignore").json()["state"] == "ignored"
    assert client.patch(address, {"ended": True}, format="json").status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"frequency": "daily"}, "frequency"),
        ({"next_on": "1850-01-01"}, "next_on"),
        ({"category_id": 10**9}, "category_id"),
        ({"account_id": 10**9}, "account_id"),
        ({"merchant_id": 10**9}, "merchant_id"),
        ({"kites": 1}, "kites"),
    ],
)
def test_bad_input(client, book, body, field):
    answer = client.post("/api/recurring", {**NEW, **body}, format="json")
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})


@pytest.mark.parametrize("query", ["?state=kites", "?cursor=x", "?limit=0", "/upcoming?days=0", "/upcoming?kites=1"])
def test_bad_questions(client, book, query):
    assert client.get(f"/api/recurring{query}").status_code == 400


def test_money_out_stays_money_out_and_accounts_keep_their_currency(client, book, rent):
    euros = make_account(book, currency="EUR")
    for body in ({"amount": "5"}, {"account_id": euros.pk}):
        answer = client.patch(f"/api/recurring/{rent.pk}", body, format="json")
        assert (answer.status_code, set(answer.json()["fields"])) == (400, body.keys())


def test_the_page_without_a_script(alice, rent):
    assert "does this come again?" in text_of(alice.get("/recurring"))
    alice.post(f"/recurring/{rent.pk}/confirm")
    said = text_of(alice.get("/recurring"))
    for words in ("The next 60 days", "Rent", "$900.00", "$10,800.00"):
        assert words in said, words
    alice.post(f"/recurring/{rent.pk}/ignore")
    assert "Ended and ignored" in text_of(alice.get("/recurring"))
    assert "Remove Rent?" in text_of(alice.get(f"/recurring/{rent.pk}/remove"))
    alice.post(f"/recurring/{rent.pk}/remove")
    assert "Nothing comes again yet" in text_of(alice.get("/recurring"))


def test_typing_one_in_and_changing_only_what_was_changed(alice, book):
    sent = {"name": "Pay", "direction": "in", "amount": "2000", "frequency": "two_weeks", "next_on": "2026-12-04"}
    alice.post("/recurring/new", sent)
    row = RecurringItem.objects.get()
    assert (row.amount, row.state, row.anchor) == (2000, "confirmed", date(2026, 12, 4))
    shown = {f"initial-{name}": value for name, value in sent.items()}
    RecurringItem.objects.update(name="Salary")
    alice.post(f"/recurring/{row.pk}", {**sent, **shown, "amount": "2100"})
    row.refresh_from_db()
    assert (row.amount, row.name) == (2100, "Salary")
    refused = alice.post("/recurring/new", {**sent, "amount": "1.001"})
    assert (refused.status_code, "decimal places" in text_of(refused)) == (422, True)


def test_who_may_only_look_and_a_stranger(cast, rent):
    carol, stranger = browse(cast.carol, cast.book), browse(cast.stranger, cast.stranger.book)
    assert "Confirm" not in text_of(carol.get("/recurring"))
    assert carol.post(f"/recurring/{rent.pk}/confirm").status_code == 403
    for address in (f"/recurring/{rent.pk}", f"/recurring/{rent.pk}/remove"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/recurring/{rent.pk}/confirm").status_code == 404


def test_the_number_of_queries_is_fixed(alice, client, book, rent, counted):
    addresses = ("/recurring", "/api/recurring", "/api/recurring/upcoming")
    RecurringItem.objects.update(state="confirmed")
    ask = [lambda address=each: (client if "api" in address else alice).get(address) for each in addresses]
    [each() for each in ask]
    before = [counted(each) for each in ask]
    for name in ("Gym", "Phone"):
        RecurringItem.objects.create(book=book, name=name, amount=-9, currency="USD", next_on=rent.next_on)
    RecurringItem.objects.update(state="confirmed")
    assert [counted(each) for each in ask] == before


def test_a_sync_and_the_night_ask_for_a_look(cast, monkeypatch, django_capture_on_commit_callbacks):
    asked, books = [], {cast.book.pk, cast.stranger.book.pk}
    monkeypatch.setattr("budgeting.tasks.find_recurring.delay", lambda *, book_id: asked.append(book_id))
    with django_capture_on_commit_callbacks(execute=True):
        look_for_recurring(book_id=cast.book.pk, connection_id=1, signal=None, sender=None)
        find_recurring_everywhere()
    assert asked[0] == cast.book.pk
    assert set(asked) >= books
