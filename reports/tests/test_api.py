"""/api/dashboard/summary and /api/financial/overview."""

import pytest
from django.utils import timezone

from banking.models import AccountKind
from banking.tests.factories import make_account, make_transaction

SUMMARY, OVERVIEW = "/api/dashboard/summary", "/api/financial/overview"


def test_the_overview_of_the_requirement(book, api):
    make_account(book, name="Current", opening=10_000)
    make_account(book, name="Depot", kind=AccountKind.INVESTMENT, opening=5_000)
    make_account(book, name="Card", kind=AccountKind.CREDIT, opening=-2_000)
    found = api("carol").get(OVERVIEW).json()
    assert (found["net_worth"], found["assets"], found["liabilities"]) == ("13000.00", "15000.00", "2000.00")
    assert len(found["accounts"]) == 3


def test_summary_and_overview_agree_and_figures_list_their_rows(book, api):
    today = book.today(timezone.now())
    make_transaction(book, amount="-4.50", day=today, account=make_account(book, opening=10))
    summary, overview = api().get(SUMMARY).json(), api().get(OVERVIEW).json()
    assert summary["worth"] == overview["by_currency"]
    assert summary["accounts"] == overview["accounts"]
    assert [row["amount"] for row in summary["latest"]] == ["-4.50"]
    figure = summary["flows"][0]["spending"]["now"]
    rows = api().get("/api/transactions", figure["filters"]).json()["results"]
    assert ([row["amount"] for row in rows], figure["amount"]) == (["-4.50"], "4.50")
    assert len(summary["cash_flow"]) == 6


def test_a_book_without_accounts_in_its_own_currency_has_nothing_in_it(book, api):
    make_account(book, name="Paris", currency="EUR", opening=10)
    make_account(book, name="London", currency="GBP", opening=20)
    overview, summary = api().get(OVERVIEW).json(), api().get(SUMMARY).json()
    assert (overview["currency"], overview["net_worth"]) == (book.currency, "0.00")
    assert [each["currency"] for each in overview["by_currency"]] == ["USD", "EUR", "GBP"]
    assert overview["by_currency"][1]["net_worth"] == "10.00"
    assert summary["worth"] == overview["by_currency"]


def test_a_balance_is_no_sum_of_transactions(book, api):
    make_transaction(book, amount="-4.50", account=make_account(book, opening=10))
    [line] = api().get(OVERVIEW).json()["accounts"]
    assert (line["balance"]["amount"], line["balance"]["filters"]) == ("5.50", None)


def test_filters_hold_booleans_where_the_list_takes_them(book, api):
    make_transaction(book, amount="-4.50", day=book.today(timezone.now()), category="COFFEE")
    found = api().get(SUMMARY).json()
    assert found["flows"][0]["spending"]["now"]["filters"]["counted"] is True
    assert found["spending"][0]["categories"][0]["children"][0]["amount"]["filters"]["exact"] is True


def test_a_stranger_sees_nothing(book, api):
    for address in (SUMMARY, OVERVIEW):
        assert api("stranger").get(address).status_code == 404


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, api, count, counted):
    for each in range(count):
        make_transaction(book, account=make_account(book, name=f"A{each}"), tags=["a"])
    client = api()
    assert counted(lambda: client.get(SUMMARY)) == 10
    assert counted(lambda: client.get(OVERVIEW)) == 4
