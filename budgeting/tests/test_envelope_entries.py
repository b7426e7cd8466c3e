"""Envelopes on the page and over the API."""

import re
from datetime import date

import pytest
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_transaction
from budgeting.models import BudgetMode, BudgetMove
from budgeting.tests.factories import make_budget


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def today(book):
    return book.today(timezone.now())


@pytest.fixture
def coffee(book, today):
    make_account(book, opening=300)
    return make_budget(book, day=today)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def turn_on(client):
    return client.post("/budgets/mode", {"mode": "envelopes"})


def test_one_click_and_back(alice, coffee):
    assert "To assign" not in text_of(alice.get("/budgets"))
    turn_on(alice)
    assert "To assign $200.00" in text_of(alice.get("/budgets"))
    alice.post("/budgets/mode", {"mode": "limits"})
    assert "To assign" not in text_of(alice.get("/budgets"))
    assert alice.post("/budgets/mode", {"mode": "kites"}).status_code == 302
    assert BudgetMode.objects.get().mode == "limits"


def test_it_says_what_to_do(alice, book, today, coffee):
    turn_on(alice)
    for amount, words in ((100, "Give it a job"), (300, "Every coin has a job."), (330, "You gave out $30.00 more")):
        make_budget(book, amount=amount, day=today)
        assert words in text_of(alice.get("/budgets")), amount


def test_other_periods(alice, coffee, today):
    turn_on(alice)
    ahead = date(today.year + 1, today.month, 1)
    assert "Money that is not there yet has no job" in text_of(alice.get(f"/budgets?on={ahead}"))
    before = date(today.year - 1, today.month, 1)
    said = text_of(alice.get(f"/budgets?on={before}"))
    assert ("To assign" in said, "Money that is not there yet" in said) == (False, False)


def test_giving_out_in_the_drawer(alice, book, today, coffee):
    turn_on(alice)
    drawer = alice.get(f"/budgets/{coffee.pk}").content.decode()
    assert "source=assign" in drawer
    alice.post("/budgets/move", {"source": "assign", "target": coffee.pk, "amount": "12.50"})
    alice.post(f"/budgets/{coffee.pk}/assign")
    assert sorted(BudgetMove.objects.values_list("amount", flat=True)) == [12.5, 187.5]
    said = text_of(alice.get("/budgets"))
    assert "Every coin has a job." in said
    assert "From what is to assign to Coffee" in said
    refused = alice.post("/budgets/move", {"source": "assign", "target": coffee.pk, "amount": "1"})
    assert (refused.status_code, "not that much" in text_of(refused)) == (422, True)
    alice.post("/budgets/move", {"source": coffee.pk, "target": "assign", "amount": "300"})
    assert "To assign $300.00" in text_of(alice.get("/budgets"))


def test_covering_what_was_overspent(alice, book, today, coffee):
    turn_on(alice)
    make_transaction(book, amount=-130, day=today)
    for page in ("/budgets", f"/budgets/{coffee.pk}"):
        assert "Cover overspending" in text_of(alice.get(page))
    form = alice.get(f"/budgets/move?source=assign&target={coffee.pk}&amount=30.00").content.decode()
    assert 'value="30.00"' in form
    alice.post("/budgets/move", {"source": "assign", "target": coffee.pk, "amount": "30.00"})
    assert "Cover overspending" not in text_of(alice.get("/budgets"))


def test_who_may_only_look(cast, coffee, alice):
    turn_on(alice)
    carol = browse(cast.carol, cast.book)
    said = text_of(carol.get("/budgets"))
    assert ("To assign" in said, "Plan with limits" in said) == (True, False)
    assert turn_on(carol).status_code == 403
    assert carol.post(f"/budgets/{coffee.pk}/assign").status_code == 403


def test_a_stranger_gives_nothing_out(cast, coffee):
    stranger = browse(cast.stranger, cast.stranger.book)
    assert stranger.post(f"/budgets/{coffee.pk}/assign").status_code == 404


def test_over_the_api(api, cast, book, today, coffee):
    client = api(cast.alice)
    assert client.get("/api/budgets/mode").json() == {"mode": "limits"}
    found = client.get("/api/budgets/summary").json()
    assert (found["mode"], found["to_assign"]) == ("limits", None)
    assert client.put("/api/budgets/mode", {"mode": "envelopes"}, format="json").json() == {"mode": "envelopes"}
    assert client.put("/api/budgets/mode", {"mode": "kites"}, format="json").status_code == 400
    told = client.get("/api/budgets/summary").json()["to_assign"]
    assert {name: figure["amount"] for name, figure in told.items()} == {
        "amount": "200.00",
        "balance": "300.00",
        "held": "100.00",
        "overspent": "0.00",
    }
    assert client.get("/api/budgets/summary?on=2020-01-01").json()["to_assign"] is None
    given = client.post("/api/budgets/move", {"target_id": coffee.pk, "amount": "5"}, format="json")
    assert (given.status_code, given.json()["source_id"]) == (201, None)
    rest = client.post("/api/budgets/move", {"source_id": None, "target_id": coffee.pk}, format="json")
    assert rest.json()["amount"] == "195.00"
    again = client.post("/api/budgets/move", {"target_id": coffee.pk}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    for body, field in (({"source_id": coffee.pk}, "amount"), ({"target_id": 10**9, "amount": "1"}, "target_id")):
        refused = client.post("/api/budgets/move", body, format="json")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field})
    found = client.get("/api/explain/budgets-to-assign-USD").json()
    assert (found["agrees"], found["total"]) == (True, "0.00")


def test_the_number_of_queries_is_fixed(alice, book, today, coffee, counted):
    turn_on(alice)
    alice.get("/budgets")
    before = counted(lambda: alice.get("/budgets"))
    for category in ("RENT", "FUEL", "FOOD"):
        make_budget(book, category=category, rollover="both", day=date(2025, 1, 1))
    assert counted(lambda: alice.get("/budgets")) == before
