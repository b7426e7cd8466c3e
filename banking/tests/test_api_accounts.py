"""/api/accounts, /api/plaid/accounts and /api/categories; /api/predict/category."""

import pytest

from banking.models import Account, Category, Connection
from banking.tests.factories import category_of, make_account, make_connection, make_transaction

ACCOUNTS, CATEGORIES, PREDICT = "/api/accounts", "/api/categories", "/api/predict/category"
CASH = {"name": "Cash", "kind": "depository", "currency": "EUR", "opening": "12.5"}


def test_accounts_with_balances_and_totals(book, api):
    make_transaction(book, account=make_account(book, opening=10), amount="-4.50")
    make_account(book, name="Card", kind="credit", currency="EUR", opening=-3, connection=make_connection(book))
    found = api("carol").get(ACCOUNTS).json()
    assert {(each["name"], each["balance"], each["manual"]) for each in found["results"]} == {
        ("Wallet", "5.50", True),
        ("Card", "-3.00", False),
    }
    assert [each["currency"] for each in found["totals"]] == ["USD", "EUR"]
    euros = found["totals"][1]
    assert (euros["assets"], euros["liabilities"], euros["net_worth"]) == ("0", "3.00", "-3.00")
    linked = api().get("/api/plaid/accounts").json()["results"]
    assert [each["name"] for each in linked] == ["Card"]


def test_open_change_close(book, api):
    made = api().post(ACCOUNTS, CASH)
    assert (made.status_code, made.json()["balance"]) == (201, "12.50")
    address = f"{ACCOUNTS}/{made.json()['id']}"
    assert api().patch(address, {"name": "Purse", "opening": "1"}).json()["balance"] == "1.00"
    assert api().delete(address).status_code == 204
    assert api().get(address).json()["closed_at"]
    assert api().delete(address).status_code == 409
    assert api().get(ACCOUNTS).json()["results"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "a\u202eb"}, "name"),
        ({"name": ""}, "name"),
        ({"kind": "piggy"}, "kind"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XQX"}, "currency"),
        ({"opening": "0.001"}, "opening"),
        ({"opening": "1" * 30}, "opening"),
        ({"balance": "1"}, "balance"),
    ],
)
def test_a_bad_account_is_refused(book, api, given, field):
    answer = api().post(ACCOUNTS, CASH | given)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Account.objects.exists()


def test_a_linked_account_can_only_be_renamed(book, api):
    address = f"{ACCOUNTS}/{make_account(book, connection=make_connection(book)).pk}"
    assert api().patch(address, {"name": "Mine"}).json()["name"] == "Mine"
    assert "opening" in api().patch(address, {"opening": "1"}).json()["fields"]


def test_the_balance_of_a_manual_account(book, api):
    account = make_account(book, opening=5)
    found = api().get(f"{ACCOUNTS}/{account.pk}/balance").json()
    assert (found["balance"], found["current"], found["live"]) == ("5.00", None, False)


def test_categories(book, api):
    names = [each["name"] for each in api("carol").get(CATEGORIES).json()["results"]]
    assert {"Food & Dining", "Groceries", "Uncategorized"} <= set(names)
    food = category_of(book, "FOOD")
    made = api().post(CATEGORIES, {"name": "Ice cream", "parent_id": food.pk})
    assert (made.status_code, made.json()["kind"], made.json()["parent_id"]) == (201, "expense", food.pk)
    address = f"{CATEGORIES}/{made.json()['id']}"
    assert api().patch(address, {"name": "Gelato"}).json()["name"] == "Gelato"
    assert api().patch(address, {"name": "rent"}).status_code == 409
    assert api().delete(address).status_code == 204
    assert "Gelato" not in [each["name"] for each in api().get(CATEGORIES).json()["results"]]
    assert api().get(address).json()["archived"]
    assert "Gelato" in [each["name"] for each in api().get(CATEGORIES, {"archived": "true"}).json()["results"]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({}, "kind"),
        ({"parent_id": 10**12}, "parent_id"),
        ({"kind": "expense", "name": "a\u202eb"}, "name"),
        ({"kind": "expense", "icon": "<b>"}, "icon"),
        ({"kind": "expense", "code": "X"}, "code"),
    ],
)
def test_a_bad_category_is_refused(book, api, given, field):
    before = Category.objects.filter(book=book).count()
    answer = api().post(CATEGORIES, {"name": "Hobby"} | given)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert Category.objects.filter(book=book).count() == before


def test_prediction_gives_the_best_three_with_reasons(book, api):
    row = make_transaction(book, description="STARBUCKS COFFEE")
    api().patch(f"/api/transactions/{row.pk}", {"category_id": row.category_id})
    found = api("carol").post(PREDICT, {"description": "STARBUCKS COFFEE 42", "amount": "-5.50"}).json()
    assert (found["category"], found["category_source"]) == ("Coffee", "history")
    assert "You filed" in found["reason"]
    assert found["top"][0]["category_id"] == row.category_id
    assert len(found["top"]) <= 3


@pytest.mark.parametrize(
    "given", [{}, {"description": ""}, {"description": "x", "amount": "y"}, {"description": "x", "z": 1}]
)
def test_a_bad_question_is_refused(book, api, given):
    assert api().post(PREDICT, given).status_code == 400


def test_who_may_do_what(book, api):
    account, category = make_account(book), category_of(book, "FOOD")
    for address in (f"{ACCOUNTS}/{account.pk}", f"{CATEGORIES}/{category.pk}"):
        assert api("carol").get(address).status_code == 200
        assert api("carol").patch(address, {"name": "x"}).status_code == 403
        assert api("carol").delete(address).status_code == 403
        for answer in (api("stranger").get(address), api("stranger").delete(address)):
            assert answer.status_code == 404
    assert api("stranger").get(f"{ACCOUNTS}/{account.pk}/balance").status_code == 404
    assert api("carol").post(ACCOUNTS, CASH).status_code == 403


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, api, count, counted):
    for each in range(count):
        make_account(book, name=f"A{each}", connection=make_connection(book))
    client = api()
    assert counted(lambda: client.get(ACCOUNTS)) == 4
    assert counted(lambda: client.get(CATEGORIES)) == 2


def test_unlinked_account_is_closed_and_reports_nothing(book, api):
    account = make_account(book, connection=make_connection(book, status=Connection.Status.UNLINKED))
    Account.objects.filter(pk=account.pk).update(reported=12, available=987)
    address = f"{ACCOUNTS}/{account.pk}"
    found = api().get(address).json()
    assert (found["status"], found["reported"], found["available"]) == ("unlinked", None, None)
    assert api().delete(address).status_code == 204
    assert api().get(address).json()["closed_at"]
    assert api().delete(f"{address}?data=erase").status_code == 204
    assert api().get(address).status_code == 404
