"""/api/transactions: list, record, read, change, remove."""

from datetime import date

import pytest

from banking.models import Transaction
from banking.tests.factories import category_of, make_account, make_connection, make_merchant, make_transaction

ADDRESS = "/api/transactions"


def body(book, **given):
    account = given.pop("account", None) or make_account(book)
    return {"account_id": account.pk, "day": "2026-03-10", "amount": "-4.50", "description": "Coffee", **given}


def test_the_list_has_everything_a_client_shows(book, api):
    row = make_transaction(book, merchant=make_merchant(book), tags=["b", "a"], note="n", amount="-4.5")
    found = api().get(ADDRESS).json()
    assert (found["next"], found["previous"]) == (None, None)
    [listed] = found["results"]
    expected = {
        "id": row.pk,
        "day": "2026-03-10",
        "amount": "-4.50",
        "currency": "USD",
        "account": "Wallet",
        "merchant": "Blue Bottle",
        "category": "Coffee",
        "tags": ["a", "b"],
        "note": "n",
        "pending": False,
        "edited": [],
    }
    assert expected.items() <= listed.items()
    assert api().get(f"{ADDRESS}/{row.pk}").json() == listed


def test_pages_follow_one_another(book, api):
    rows = [make_transaction(book, day=date(2026, 3, day)).pk for day in (3, 2, 1)]
    first = api().get(ADDRESS, {"limit": 2}).json()
    second = api().get(ADDRESS, {"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for page in (first, second) for each in page["results"]] == rows
    assert second["next"] is None


def test_the_list_takes_the_filters_of_the_page(book, api):
    row = make_transaction(book, category="RENT")
    make_transaction(book)
    found = api().get(ADDRESS, {"category": category_of(book, "RENT").pk, "start": "2026-03-10", "end": "2026-03-11"})
    assert [each["id"] for each in found.json()["results"]] == [row.pk]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"limit": "000000001" + "1" * 4300}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"start": "x"}, "start"),
        ({"account": "9" * 40}, "account"),
    ],
)
def test_bad_parameters_are_refused(book, api, given, field):
    answer = api().get(ADDRESS, given)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_an_unknown_parameter_is_refused(book, api):
    answer = api().get(ADDRESS, {"categroy": 1})
    assert answer.status_code == 400
    assert "categroy" in answer.json()["message"]


def test_record(book, api):
    answer = api("bob").post(ADDRESS, body(book, category_id=category_of(book, "COFFEE").pk, tags=["x"]))
    assert answer.status_code == 201
    found = answer.json()
    assert (found["amount"], found["category"], found["origin"], found["tags"]) == ("-4.50", "Coffee", "manual", ["x"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "1.1234567"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": None}, "amount"),
        ({"day": "1899-12-31"}, "day"),
        ({"day": "2126-01-01"}, "day"),
        ({"day": "10/03/2026"}, "day"),
        ({"currency": "EUR"}, "currency"),
        ({"description": "a\u202eb"}, "description"),
        ({"merchant": "a\x07"}, "merchant"),
        ({"note": "a\u2066"}, "note"),
        ({"tags": "x"}, "tags"),
        ({"category_id": 10**15}, "category_id"),
        ({"category_id": 10**30}, "category_id"),
        ({"account_id": 10**15}, "account_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_bodies_are_refused_and_change_nothing(book, api, given, field):
    answer = api().post(ADDRESS, body(book) | given)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Transaction.objects.exists()


def test_a_linked_account_takes_no_entries(book, api):
    account = make_account(book, connection=make_connection(book))
    answer = api().post(ADDRESS, body(book, account=account))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["account_id"])


def test_change(book, api):
    row = make_transaction(book)
    change = {
        "category_id": category_of(book, "RENT").pk,
        "note": "n",
        "tags": ["t"],
        "excluded": True,
        "merchant": "M",
    }
    found = api("bob").patch(f"{ADDRESS}/{row.pk}", change).json()
    assert (found["category"], found["category_source"], found["merchant"]) == ("Rent", "user", "M")
    assert set(found["edited"]) == {"category", "note", "tags", "excluded", "merchant"}


@pytest.mark.parametrize("change", [{"amount": "1"}, {"currency": "EUR"}, {"category_id": 0}, {"note": "a\u202eb"}])
def test_a_bad_change_is_refused(book, api, change):
    row = make_transaction(book, account=make_account(book, connection=make_connection(book)))
    answer = api().patch(f"{ADDRESS}/{row.pk}", change)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == set(change)


def test_remove(book, api):
    row = make_transaction(book)
    assert api().delete(f"{ADDRESS}/{row.pk}").status_code == 204
    assert api().get(f"{ADDRESS}/{row.pk}").status_code == 404
    assert api().delete(f"{ADDRESS}/{row.pk}").status_code == 404


def test_a_viewer_may_look_but_not_touch(book, api):
    row = make_transaction(book)
    assert api("carol").get(f"{ADDRESS}/{row.pk}").status_code == 200
    assert api("carol").patch(f"{ADDRESS}/{row.pk}", {"note": "x"}).status_code == 403
    assert api("carol").delete(f"{ADDRESS}/{row.pk}").status_code == 403
    assert api("carol").post(ADDRESS, body(book)).status_code == 403


def test_a_stranger_finds_nothing(book, api):
    row = make_transaction(book)
    stranger = api("stranger")
    assert stranger.get(ADDRESS).status_code == 404
    for found in (stranger.get(f"{ADDRESS}/{row.pk}"), stranger.patch(f"{ADDRESS}/{row.pk}", {"note": "x"})):
        assert found.status_code == 404
    stranger.credentials()
    assert stranger.get(f"{ADDRESS}/{row.pk}", headers={"X-Book": ""}).status_code == 404


@pytest.mark.parametrize("pk", [0, 10**18, 10**40])
def test_any_id_is_answered(book, api, pk):
    assert api().get(f"{ADDRESS}/{pk}").status_code == 404


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, api, count, counted):
    for _ in range(count):
        make_transaction(book, tags=["a"], merchant=make_merchant(book), refresh=False)
    client = api()
    assert len(client.get(ADDRESS).json()["results"]) == count
    assert counted(lambda: client.get(ADDRESS)) == 3
