"""What was done, over the API."""

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import actions
from banking.tests.factories import category_of, make_transaction
from journal.models import Operation


@pytest.fixture
def row(cast):
    with entered(cast.book):
        row = make_transaction(cast.book, tags=["tea"])
        actions.amend(book=cast.book, by=cast.alice.user, pk=row.pk, changes={"note": "milk"}, now=NOW)
        changes = {"category": category_of(cast.book, "GROCERIES"), "tags": ["cake"]}
        actions.amend(book=cast.book, by=cast.bob.user, pk=row.pk, changes=changes, now=NOW)
    return row


def found(cast):
    with entered(cast.book):
        return list(Operation.objects.order_by("id").values_list("pk", flat=True))


def test_the_list_says_who_did_what(cast, api, row):
    answer = api(cast.carol).get("/api/operations").json()["results"]
    assert [(each["verb"], each["by"]["name"]) for each in answer] == [("amend", "Bob"), ("amend", "Alice")]
    assert (answer[0]["said"], answer[0]["about"]) == ("Changed a transaction", "BLUE BOTTLE COFFEE")
    assert answer[0]["what"] == "filed it under Groceries"
    assert answer[0]["size"] == 4


def test_it_is_narrowed_by_person_and_kind_and_read_in_pages(cast, api, row):
    client = api(cast.alice)

    def get(**query):
        return client.get("/api/operations", query).json()

    assert [each["by"]["name"] for each in get(person=cast.alice.user.pk)["results"]] == ["Alice"]
    assert (get(person=0)["results"], get(kind="rules")["results"]) == ([], [])
    first = get(limit=1, kind="transactions")
    second = get(limit=1, kind="transactions", cursor=first["next"])
    assert [each["by"]["name"] for each in first["results"] + second["results"]] == ["Bob", "Alice"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", [{"person": 999999}, {"person": "x"}, {"kind": "nonsense"}, {"limit": 0}, {"cursor": "x"}, {"x": 1}]
)
def test_a_bad_filter_is_named(cast, api, row, query):
    answer = api(cast.alice).get("/api/operations", query)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, set(query))


def test_one_operation_with_names_for_ids(cast, api, row):
    answer = api(cast.carol).get(f"/api/operations/{found(cast)[1]}").json()
    changes = {(each["noun"], each["what"]): each["lines"] for each in answer["changes"]}
    [line] = changes["transaction", "filed it under Groceries"]
    assert line == {"column": "category_id", "words": "category", "before": "Coffee", "after": "Groceries"}
    assert ("tag on a transaction", "took the tag tea off") in changes


def test_a_viewer_undoes_nothing(cast, api, row):
    assert api(cast.carol).post(f"/api/operations/{found(cast)[1]}/undo").status_code == 403


def test_a_stranger_finds_none(cast, api, row):
    client, pk = api(cast.stranger), found(cast)[0]
    assert [client.get(f"/api/operations/{pk}").status_code] == [404]
    assert [client.post(f"/api/operations/{pk}/{turn}").status_code for turn in ("undo", "redo")] == [404, 404]
    assert client.get("/api/operations").json()["results"] == []
    assert api(cast.alice).post(f"/api/operations/{2**70}/undo").status_code == 404


def test_undo_redo_and_what_stands_in_the_way(cast, api, row):
    client, (first, second) = api(cast.bob), found(cast)
    undone = client.post(f"/api/operations/{second}/undo")
    assert (undone.json()["verb"], undone.json()["undoes"], undone.json()["said"]) == (
        "undo",
        second,
        "Undid: Changed a transaction",
    )
    assert undone["X-Operation"] == str(undone.json()["id"])
    assert client.get(f"/api/operations/{second}").json()["undone"]
    assert client.post(f"/api/operations/{second}/redo").json()["verb"] == "redo"
    client.patch(f"/api/transactions/{row.pk}", {"note": "bread"}, format="json")
    refused = client.post(f"/api/operations/{first}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "Changed a transaction" in refused.json()["message"]
    assert client.get(f"/api/transactions/{row.pk}").json()["note"] == "bread"


def test_the_number_of_queries_is_fixed(cast, api, row, django_assert_max_num_queries):
    client = api(cast.alice)
    with entered(cast.book):
        for note in "abcdef":
            actions.amend(book=cast.book, by=cast.bob.user, pk=row.pk, changes={"note": note, "tags": [note]}, now=NOW)
    for address in ("/api/operations", f"/api/operations/{found(cast)[-1]}"):
        with django_assert_max_num_queries(17):
            client.get(address)
