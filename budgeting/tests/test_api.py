"""Budgets over the API."""

from datetime import date

import pytest

from banking.tests.factories import category_of, make_transaction
from budgeting.tests.factories import make_budget


@pytest.fixture
def client(api, cast):
    return api(cast.alice)


@pytest.fixture
def rent(book):
    return category_of(book, "RENT").pk


def put(client, **body):
    return client.post("/api/budgets", {"amount": "100", **body}, format="json")


def test_create_or_update_by_category_month_and_year(client, rent):
    body = {"category_id": rent, "month": 3, "year": 2026}
    first, second = put(client, **body), put(client, **body)
    third = put(client, **{**body, "amount": "120.50", "rollover": "both", "cap": "5"})
    assert [each.status_code for each in (first, second, third)] == [201, 200, 200]
    found = third.json()
    assert found["id"] == first.json()["id"]
    assert [found[name] for name in ("amount", "start", "end", "cap")] == ["120.50", "2026-03-01", "2026-04-01", "5.00"]
    listed = client.get("/api/budgets?month=3&year=2026").json()["results"]
    assert [each["id"] for each in listed] == [found["id"]]
    assert client.get("/api/budgets?month=4&year=2026").json()["results"] == []


def test_one_budget(client, book):
    address = f"/api/budgets/{make_budget(book).pk}"
    assert client.get(address).json()["repeats"] is True
    assert client.patch(address, {"amount": "7"}, format="json").json()["amount"] == "7.00"
    changed = client.put(address, {"amount": "8", "rollover": "surplus"}, format="json").json()
    assert [changed[name] for name in ("amount", "rollover", "repeats")] == ["8.00", "surplus", False]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_ending_one(client, book):
    row = make_budget(book)
    assert client.delete(f"/api/budgets/{row.pk}?since=2026-05-09").status_code == 204
    assert client.get(f"/api/budgets/{row.pk}").json()["end"] == "2026-05-01"


def test_progress(client, book):
    row = make_budget(book, rollover="both")
    make_transaction(book, amount="-30.05", day=date(2026, 3, 2))
    make_transaction(book, amount="-9", day=date(2026, 4, 2), pending=True)
    march = client.get(f"/api/budgets/{row.pk}/progress?on=2026-03-31").json()
    assert (march["spent"]["amount"], march["remaining"]["amount"], march["percent"]) == ("30.05", "69.95", 30)
    assert (march["pace"], march["projected"], march["state"]) == (100, "30.05", "on_track")
    april = client.get(f"/api/budgets/{row.pk}/progress?on=2026-04-01&pending=true").json()
    assert (april["rolled_over"], april["pending"]["amount"], april["remaining"]["amount"]) == (
        "69.95",
        "9.00",
        "160.95",
    )
    rows = client.get("/api/transactions", march["spent"]["filters"]).json()["results"]
    assert [each["amount"] for each in rows] == ["-30.05"]
    assert client.get(f"/api/budgets/{row.pk}/progress?on=2026-02-01").status_code == 404


def test_summary(client, book):
    coffee, travel = make_budget(book), make_budget(book, category="TRAVEL", amount=50)
    make_transaction(book, amount="-130", day=date(2026, 3, 2))
    move = {"source_id": travel.pk, "target_id": coffee.pk, "amount": "10", "on": "2026-03-09"}
    assert client.post("/api/budgets/move", move, format="json").status_code == 201
    found = client.get("/api/budgets/summary?month=3&year=2026").json()
    [total] = found["totals"]
    assert [total[name] for name in ("budgeted", "available", "over", "on_track")] == ["150.00", "150.00", 1, 1]
    assert (total["spent"]["amount"], total["remaining"]["amount"]) == ("130.00", "20.00")
    assert [each["available"] for each in found["budgets"]] == ["110.00", "40.00"]
    assert [each["amount"] for each in found["moves"]] == ["10.00"]


def test_suggestions_and_copies(client, book):
    for month in (1, 2):
        make_transaction(book, amount=-60, day=date(2026, month, 5))
    found = client.get("/api/budgets/suggestions?month=3&year=2026").json()["results"]
    assert {each["category"]: each["amount"] for each in found} == {"Food & Dining": "60.00", "Coffee": "60.00"}
    taken = client.post("/api/budgets/suggestions", {"month": 3, "year": 2026}, format="json")
    assert [each["amount"] for each in taken.json()["results"]] == ["60.00"]
    make_budget(book, category="RENT", repeats=False)
    copied = client.post("/api/budgets/copy", {"month": 4, "year": 2026}, format="json")
    assert [each["category"] for each in copied.json()["results"]] == ["Rent"]
    again = client.post("/api/budgets/copy", {"month": 4, "year": 2026}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"month": 3}, "year"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"category_id": 10**9}, "category_id"),
        ({"start": "1850-01-01"}, "start"),
        ({"period": "day"}, "period"),
        ({"cap": "1"}, "cap"),
        ({"kites": 1}, "kites"),
    ],
)
def test_bad_input(client, rent, body, field):
    answer = put(client, **{"category_id": rent, **body})
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})


@pytest.mark.parametrize("address", ["?month=3", "?on=1700-01-01", "?kites=1", "/summary?cycle=day", "/summary?on=x"])
def test_bad_questions(client, address):
    assert client.get(f"/api/budgets{address}").status_code == 400


def test_the_number_of_queries_is_fixed(client, book, counted):
    make_budget(book)
    client.get("/api/budgets")
    before = counted(lambda: client.get("/api/budgets/summary"))
    for category in ("RENT", "FUEL", "FOOD"):
        make_budget(book, category=category, rollover="both", day=date(2025, 1, 1))
    assert counted(lambda: client.get("/api/budgets/summary")) == before
