"""The review inbox and transfers over the API."""

import pytest

from banking.models import ReviewItem, Transaction, Transfer
from banking.tests.factories import category_of
from banking.tests.test_pages_review import fill


@pytest.fixture
def items(book):
    return fill(book)


def test_the_queue_with_evidence_and_counts(items, api):
    found = api().get("/api/review").json()
    assert {each["kind"] for each in found["results"]} == {"transfer", "category"}
    assert found["counts"] == {
        "all": 3, "auto": 0, "transfer": 2, "duplicate": 0, "pending": 0, "refund": 0, "category": 1,
    }  # fmt: skip
    pair = next(each for each in found["results"] if each["id"] == items[0].pk)
    assert [row["amount"] for row in pair["rows"]] == ["-100.00", "100.00"]
    assert "The amounts are equal" in [each["text"] for each in pair["evidence"]]
    [group] = next(each for each in found["results"] if each["kind"] == "category")["groups"]
    assert group == {"count": 1, "amount": "-4.00", "currency": "USD"}
    page = api().get("/api/review?limit=2").json()
    rest = api().get("/api/review", {"limit": 2, "cursor": page["next"]}).json()
    assert (len(page["results"]), len(rest["results"])) == (2, 1)


def test_accepting_and_rejecting(items, api, book):
    first, second, unsure = items
    assert api().post(f"/api/review/{first.pk}/accept", {}).json()["state"] == "accepted"
    assert api().post(f"/api/review/{first.pk}/accept", {}).status_code == 409
    assert api().post(f"/api/review/{first.pk}/reject").json()["state"] == "rejected"
    done = api().post("/api/review/bulk", {"decision": "accept", "items": [first.pk, second.pk]}).json()
    assert (done["count"], done["left"], Transfer.objects.count()) == (2, 0, 2)
    body = {"category_id": category_of(book, "RENT").pk, "rule": True}
    assert api().post(f"/api/review/{unsure.pk}/accept", body).status_code == 200
    assert Transaction.objects.get(pk=unsure.first_id).category.code == "RENT"


def test_what_is_refused_changes_nothing(items, api, book):
    first, before = items[0], list(Transaction.objects.order_by("pk").values())
    refused = [
        (f"/api/review/{first.pk}/accept", {"rule": True}, "rule"),
        (f"/api/review/{first.pk}/accept", {"category_id": category_of(book, "RENT").pk}, "category_id"),
        (f"/api/review/{first.pk}/accept", {"what": 1}, "what"),
        ("/api/review/bulk", {"decision": "accept", "items": [10**9]}, "items"),
        ("/api/transfers", {"outgoing_id": first.second_id, "incoming_id": first.first_id}, "outgoing_id"),
        ("/api/transfers", {"outgoing_id": first.first_id, "incoming_id": 10**9}, "incoming_id"),
    ]
    for address, body, field in refused:
        answer = api().post(address, body)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field]), answer.content
    assert api().post("/api/review/bulk", {"decision": "accept"}).status_code == 400
    for query in ("kind=x", "state=x", "cursor=x", "limit=x", "other=1"):
        assert api().get(f"/api/review?{query}").status_code == 400, query
    assert api().put("/api/review/settings", {"kind": "transfer", "automatic": None}).status_code == 400
    assert list(Transaction.objects.order_by("pk").values()) == before


def test_transfers_are_paired_listed_and_taken_apart(items, api):
    body = {"outgoing_id": items[0].first_id, "incoming_id": items[0].second_id}
    made = api().post("/api/transfers", body)
    assert (made.status_code, made.json()["paired_by"], made.json()["rate"]) == (201, "user", None)
    assert api().post("/api/transfers", body).status_code == 409
    assert [each["id"] for each in api().get("/api/transfers").json()["results"]] == [made.json()["id"]]
    assert api().delete(f"/api/transfers/{made.json()['id']}").status_code == 204
    assert api().delete(f"/api/transfers/{made.json()['id']}").status_code == 404
    assert ReviewItem.objects.get(pk=items[0].pk).state == "rejected"


def test_settings(items, api):
    account = items[0].first.account_id
    body = {"kind": "transfer", "automatic": False, "account_id": account}
    found = api().put("/api/review/settings", body).json()["results"]
    assert found == api().get("/api/review/settings").json()["results"]
    assert {"kind": "transfer", "automatic": True, "accounts": {str(account): False}} in found


def test_queries_do_not_grow(book, api, counted):
    client = api()
    fill(book)
    api().post("/api/review/bulk", {"decision": "accept", "kind": "transfer"})
    few = {address: counted(lambda a=address: client.get(a)) for address in ("/api/review", "/api/transfers")}
    fill(book, transfers=9, groups=9)
    api().post(
        "/api/review/bulk",
        {"decision": "accept", "items": [ReviewItem.objects.filter(kind="transfer", state="open").first().pk]},
    )
    assert {address: counted(lambda a=address: client.get(a)) for address in few} == few
