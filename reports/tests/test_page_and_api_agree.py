"""The dashboard as a page and as JSON: the same figures, with the same rows behind them."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from banking.tests.browsing import browse, figures_in
from banking.tests.factories import make_account, make_transaction


def figures_of(answer):
    """{id: (filters, sign, amount)} of every figure anywhere in a JSON answer."""
    if isinstance(answer, list):
        return {name: found for each in answer for name, found in figures_of(each).items()}
    if not isinstance(answer, dict):
        return {}
    inner = figures_of(list(answer.values()))
    if {"id", "amount", "filters", "sign"} <= answer.keys():
        inner[answer["id"]] = (answer["filters"], answer["sign"], Decimal(answer["amount"]))
    return inner


@pytest.fixture
def filled(book):
    """Two currencies, both kinds, last month too, and what does not count."""
    today = book.today(timezone.now())
    for currency in ("USD", "EUR"):
        account = make_account(book, name=currency, currency=currency, opening=100)
        for days, amount, category in [(0, "-9.99", "COFFEE"), (0, "3.10", "CLOTHING"), (28, "1500", "SALARY")]:
            make_transaction(book, account=account, day=today - timedelta(days=days), amount=amount, category=category)
        make_transaction(book, account=account, day=today, amount="-7", pending=True)
        make_transaction(book, account=account, day=today, amount="-8", excluded=True)
        make_transaction(book, account=account, day=today, amount="-90", category="SAVINGS")


def test_every_sum_of_rows_on_the_page_is_in_the_summary(cast, book, api, filled):
    shown = figures_in(browse(cast.alice, book).get("/").content.decode())
    told = figures_of(api().get("/api/dashboard/summary").json())
    sums = {name: amount for name, (href, _sign, amount) in shown.items() if href.startswith("/transactions")}
    assert len(sums) > 40
    assert sums == {name: told[name][2] for name in sums}


def test_they_lead_to_the_same_rows(cast, book, api, filled):
    shown = figures_in(browse(cast.alice, book).get("/").content.decode())
    told = figures_of(api().get("/api/dashboard/summary").json())
    for name, (href, sign, _amount) in shown.items():
        if href.startswith("/transactions"):
            query = parse_qsl(urlsplit(href).query)
            assert ({key: True if value == "on" else value for key, value in query}, sign) == told[name][:2], name


@pytest.mark.parametrize(
    ("address", "key"), [("/api/dashboard/summary", "worth"), ("/api/financial/overview", "by_currency")]
)
def test_worth_and_balances_are_those_of_the_page(cast, book, api, filled, address, key):
    shown = figures_in(browse(cast.alice, book).get("/").content.decode())
    told = api().get(address).json()
    assert [worth["currency"] for worth in told[key]] == ["USD", "EUR"]
    for worth in told[key]:
        for name in ("net_worth", "assets", "liabilities"):
            assert shown[f"{name.replace('_', '-')}-{worth['currency']}"][2] == Decimal(worth[name])
    for account in told["accounts"]:
        assert shown[f"balance-{account['id']}"][2] == Decimal(account["balance"]["amount"])
