"""Bodies of the API: amounts are written plainly, and a refusal names the field as the body does."""

import pytest

from banking.models import Account, Transaction
from banking.tests.factories import category_of, make_account, make_connection

ODD = ["1e5", "١٢", " 12", "+5", "1_000", "１２", "1.23456", "NaN", "Infinity", "", "-", "."]
WALLET = {"name": "Wallet", "kind": "depository", "currency": "USD"}


@pytest.mark.parametrize("amount", ODD)
def test_an_amount_is_as_the_description_has_it(book, api, amount):
    account = make_account(book)
    entry = {"account_id": account.pk, "day": "2026-03-01", "description": "Tea", "amount": amount}
    for address, body, field in [
        ("/api/accounts", {**WALLET, "opening": amount}, "opening"),
        ("/api/transactions", entry, "amount"),
        ("/api/predict/category", {"description": "Tea", "amount": amount}, "amount"),
    ]:
        answer = api().post(address, body, format="json")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert Account.objects.filter(book=book).count() == 1
    assert not Transaction.objects.exists()


@pytest.mark.parametrize(("amount", "kept"), [("-12.50", "-12.50"), (12, "12.00"), (0.5, "0.50"), (".5", "0.50")])
def test_texts_and_numbers_are_amounts(book, api, amount, kept):
    made = api().post("/api/accounts", {**WALLET, "opening": amount}, format="json")
    assert (made.status_code, made.json()["opening"]) == (201, kept)


def test_an_account_that_takes_no_entries_is_named_as_in_the_body(book, api):
    linked = make_account(book, connection=make_connection(book))
    entry = {"account_id": linked.pk, "day": "2026-03-01", "description": "Tea", "amount": "-1"}
    assert api().post("/api/transactions", entry, format="json").json()["fields"].keys() == {"account_id"}


def test_a_parent_that_takes_no_children_is_named_as_in_the_body(book, api):
    coffee = category_of(book, "COFFEE")
    answer = api().post("/api/categories", {"name": "Espresso", "parent_id": coffee.pk}, format="json")
    assert answer.json()["fields"].keys() == {"parent_id"}
