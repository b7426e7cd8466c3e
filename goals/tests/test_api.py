"""Goals over the API."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.books import entered
from banking.tests.factories import make_account
from goals.models import Goal
from goals.tests.factories import ear_mark, make_debts, make_goal, owed, put_aside

NEW = {"name": "Bicycle", "target": "1200", "pace": "100"}
DEBT = {"name": "Visa", "balance": "1000", "rate": "12", "minimum": "50"}


@pytest.fixture
def client(api, cast):
    return api(cast.alice)


def post(client, **body):
    return client.post("/api/goals", {**NEW, **body}, format="json")


def test_create_or_update_by_name(client, book):
    wallet = make_account(book, opening=1000)
    shares = [{"account_id": wallet.pk, "percent": "12.5"}]
    made, changed = post(client, accounts=shares, priority=2), post(client, target="1000.50")
    assert [each.status_code for each in (made, changed)] == [201, 200]
    found = changed.json()
    assert [found[name] for name in ("target", "pace", "priority", "percent", "track")] == [
        "1000.50",
        "100.00",
        2,
        12,
        "ahead",
    ]
    assert found["saved"]["amount"] == found["accounts"][0]["held"] == "125.00"
    assert client.get("/api/goals?state=open&limit=1").json()["results"] == [found]
    assert client.get("/api/goals?state=paused").json()["results"] == []


def test_one_that_is_set_may_rest_at_once(client, book):
    assert post(client, state="paused").json()["state"] == "paused"
    assert Goal.objects.get().paused_on == book.today(timezone.now())


def test_a_key_creates_once(client, book):
    answers = [client.post("/api/goals", NEW, format="json", headers={"Idempotency-Key": "one"}) for _time in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_one_goal(client, book):
    address = f"/api/goals/{make_goal(book, priority=3).pk}"
    due = (book.today(timezone.now()) + timedelta(days=365)).isoformat()
    changed = client.patch(address, {"due_on": due, "state": "paused"}, format="json").json()
    assert [changed[name] for name in ("due_on", "pace", "state", "priority")] == [due, None, "paused", 3]
    whole = client.put(address, NEW, format="json").json()
    assert [whole[name] for name in ("due_on", "pace", "state", "priority")] == [None, "100.00", "paused", 5]
    assert client.patch(address, {"state": "paused"}, format="json").json()["code"] == "conflict"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_an_archived_goal_keeps_its_accounts(client, book):
    wallet, row = make_account(book, name="Wallet", opening=100), make_goal(book)
    ear_mark(row, wallet, amount=60)
    address = f"/api/goals/{row.pk}"
    found = client.patch(address, {"state": "archived"}, format="json").json()
    sizes = {"amount": "60.00", "percent": None, "held": "0.00", "missing": "0.00"}
    assert found["accounts"] == [{"account_id": wallet.pk, "account": "Wallet", **sizes}]
    shares = [{"account_id": each["account_id"], "amount": each["amount"]} for each in found["accounts"]]
    client.put(address, {**NEW, "accounts": shares}, format="json")
    assert client.patch(address, {"state": "open"}, format="json").json()["saved"]["amount"] == "60.00"


def test_names_are_taken_once(client, book):
    make_goal(book, name="Trip")
    answer = client.patch(f"/api/goals/{make_goal(book).pk}", {"name": "Trip"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_contributions_and_progress(client, book):
    address = f"/api/goals/{make_goal(book).pk}"
    entry = client.post(f"{address}/contributions", {"amount": "120.50", "note": "cash"}, format="json")
    assert entry.status_code == 201
    client.post(f"{address}/contributions", {"amount": "-20"}, format="json")
    listed = client.get(f"{address}/contributions?limit=1").json()
    assert ([each["amount"] for each in listed["results"]], bool(listed["next"])) == (["-20.00"], True)
    found = client.get(f"{address}/progress").json()
    expected = {"contributed": "100.50", "held": "0.00", "remaining": "1099.50", "percent": 8, "track": "ahead"}
    assert {name: found[name] for name in expected} == expected
    assert (found["planned"], found["needed"], found["advice"]) == ("100.00", "91.63", None)
    gone = client.delete(f"{address}/contributions/{entry.json()['id']}")
    assert (gone.status_code, gone.json()["code"]) == (409, "conflict")
    last = listed["results"][0]["id"]
    assert client.delete(f"{address}/contributions/{last}").status_code == 204
    assert client.delete(f"{address}/contributions/{last}").status_code == 404


def test_a_figure_says_what_is_in_it(client, book):
    wallet, row = make_account(book, name="Wallet", opening=1000), make_goal(book)
    put_aside(row, 30)
    ear_mark(row, wallet, amount=70)
    for goal, total in ((row, "100.00"), (make_debts(book, [owed()]), "0.00")):
        found = client.get(f"/api/explain/goal-saved-{goal.pk}").json()
        assert (found["agrees"], found["total"]) == (True, total)
    for name in ("goal-saved-999999999", "goal-kites", "goal-saved-999999999999999999"):
        assert client.get(f"/api/explain/{name}").status_code == 404


def test_projections(client, book):
    found = client.get(f"/api/goals/{make_goal(book).pk}/projections").json()
    assert (found["basis"], found["monthly"]["middle"], found["points"][1]["middle"]) == ("plan", "100.00", "100.00")
    assert (len(found["points"]), found["strategies"], found["schedule"]) == (13, [], [])


def test_debts_are_compared(client, book):
    body = {"name": "Cards", "kind": "debt", "debts": [DEBT], "extra": "50"}
    loan = {"loan_rate": "6", "loan_fee": "20", "loan_months": 12}
    made = client.post("/api/goals", {**body, **loan}, format="json").json()
    found = client.get(f"/api/goals/{made['id']}/projections").json()
    names = [each["strategy"] for each in found["strategies"]]
    assert (names, found["basis"]) == (["snowball", "avalanche", "consolidation"], "payments")
    avalanche = found["strategies"][1]
    interest = Decimal(avalanche["interest"])
    assert sum(Decimal(each["interest"]) for each in found["schedule"]) == interest
    assert Decimal(avalanche["paid"]) == 1000 + interest
    paid = client.post(f"/api/goals/{made['id']}/contributions", {"amount": "1000", "debt": "Visa"}, format="json")
    assert paid.json()["debt"] == "Visa"
    assert client.get(f"/api/goals/{made['id']}").json()["track"] == "reached"


def test_a_debt_that_never_ends(client, book):
    row = make_debts(book, [owed(minimum=10)])
    found = client.get(f"/api/goals/{row.pk}/projections").json()
    assert [(each["ends"], each["months"]) for each in found["strategies"]] == [(False, None)] * 2
    assert found["schedule"] == []
    assert client.get(f"/api/goals/{row.pk}").json()["debts"][0]["never_ends"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target": "-1"}, "target"),
        ({"target": "1.001"}, "target"),
        ({"due_on": "2020-01-01", "pace": None}, "due_on"),
        ({"due_on": "2090-01-01"}, "due_on"),
        ({"priority": 0}, "priority"),
        ({"accounts": [{"account_id": 10**9, "amount": "1"}]}, "accounts"),
        ({"accounts": [{"account_id": 1, "kites": 1}]}, "accounts.0.kites"),
        ({"kind": "debt"}, "target"),
        ({"strategy": "snowball"}, "strategy"),
        ({"loan_months": 3}, "loan_rate"),
        ({"currency": "USD", "kites": 1}, "kites"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_input(client, book, body, field):
    answer = post(client, **body)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})
    assert not Goal.objects.exists()


@pytest.mark.parametrize("query", ["?state=kites", "?cursor=x", "?limit=0"])
def test_bad_questions(client, book, query):
    assert client.get(f"/api/goals{query}").status_code == 400


def test_accounts_of_another_currency_or_book_are_refused(client, book, cast):
    euros = make_account(book, currency="EUR", opening=10)
    with entered(cast.stranger.book):
        theirs = make_account(cast.stranger.book, opening=10)
    for account in (euros, theirs):
        answer = post(client, accounts=[{"account_id": account.pk, "amount": "1"}])
        assert (answer.status_code, set(answer.json()["fields"])) == (400, {"accounts"})


def test_a_stranger_finds_nothing(api, cast, book):
    row = make_goal(book)
    for path in ("", "/progress", "/projections", "/contributions"):
        assert api(cast.stranger).get(f"/api/goals/{row.pk}{path}").status_code == 404


def test_the_number_of_queries_is_fixed(client, book, counted):
    make_goal(book)
    client.get("/api/goals")
    before = counted(lambda: client.get("/api/goals"))
    for name in ("a", "b"):
        put_aside(make_goal(book, name=name), 5)
    make_debts(book, [owed()])
    assert counted(lambda: client.get("/api/goals")) == before
