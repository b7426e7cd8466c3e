"""Entries dated ahead: they are in no balance of today, on no page and in no answer, and each says so beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking import queries
from banking.actions.openings import store_openings
from banking.models import Account, Transaction
from banking.tests.browsing import browse, figures_in, rows_in
from banking.tests.factories import make_account, make_connection, make_transaction

D = Decimal


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def today(book):
    return book.today(timezone.now())


@pytest.fixture
def wallet(book, today):
    """A hundred, and fifty of them spent in forty days."""
    account = make_account(book, opening=100)
    make_transaction(book, account=account, amount="-50", day=today + timedelta(days=40))
    return account


@pytest.fixture
def linked(book, today):
    """What the bank has booked for tomorrow is in the 70 that it reports."""
    account = make_account(book, name="Current", connection=make_connection(book))
    make_transaction(book, account=account, amount="-30", day=today + timedelta(days=1))
    Account.objects.filter(pk=account.pk).update(reported=70)
    read = {"known": {}, "steady": False, "whole": True, "now": timezone.now()}
    store_openings(book=book, connection=account.connection, **read)
    return account


def shown(alice, path, **query):
    return figures_in(alice.get(path, query).content.decode())


def balances_now(alice, account, today):
    """The balance of the book's only account wherever a page tells what it is now."""
    pages = [shown(alice, path) for path in ("/", "/accounts", f"/accounts/{account.pk}")]
    pages.append(shown(alice, "/accounts", on=today.isoformat()))
    found = {page[name][2] for page in pages for name in (f"balance-{account.pk}", "net-worth-USD") if name in page}
    found.add(pages[0][f"net-worth-{today}-USD"][2])
    found.add(alice.get(f"/accounts/{account.pk}").context["line"][-1].amount)
    return found


def test_every_page_tells_the_balance_without_them(alice, wallet, today):
    assert balances_now(alice, wallet, today) == {D(100)}


def test_what_the_bank_reports_is_the_balance_on_every_page(alice, linked, today):
    assert balances_now(alice, linked, today) == {D(70)}
    assert "dated ahead" not in alice.get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/accounts"])
def test_the_balance_after_them_stands_beside_it(alice, wallet, path):
    found = shown(alice, path)
    for name in (f"after-{wallet.pk}", "net-worth-after-USD"):
        address, _sign, amount = found[name]
        assert amount == D(50)
        there = shown(alice, address)
        assert D(50) in {there[each][2] for each in there if each in (f"balance-{wallet.pk}", "net-worth-USD")}


def test_they_are_listed_where_the_note_leads(book, alice, wallet, linked, today):
    make_transaction(book, account=wallet, amount="-1", day=today)
    [balance] = [each for each in queries.accounts(book=book, today=today) if each.ahead]
    assert balance.ahead.address.replace("&", "&amp;") in alice.get("/accounts").content.decode()
    rows = Transaction.objects.filter(pk__in=rows_in(alice.get(balance.ahead.address).content.decode()))
    assert [row.amount for row in rows] == [D(-50)]
    assert (balance.ahead.count, balance.ahead.amount) == (1, D(-50))


def test_the_api_tells_both(api, wallet):
    [account] = api().get("/api/accounts").json()["results"]
    assert (account["balance"], account["entries_ahead"], account["balance_after"]) == ("100.00", 1, "50.00")
    [total] = api().get("/api/accounts").json()["totals"]
    assert (total["net_worth"], total["entries_ahead"], total["net_worth_after"]) == ("100.00", 1, "50.00")
    overview = api().get("/api/financial/overview").json()
    assert (overview["net_worth"], overview["after"]) == ("100.00", "50.00")
    summary = api().get("/api/dashboard/summary").json()
    assert summary["net_worth"][0]["points"][-1] == {"day": summary["today"], "amount": "100.00"}
    assert api().get(f"/api/accounts/{wallet.pk}/balance").json()["balance"] == "100.00"


def test_no_day_to_come_is_told_as_over(alice, wallet, today):
    for day in (today, today + timedelta(days=5)):
        assert "As it was" not in alice.get("/accounts", {"on": day.isoformat()}).content.decode()
    assert "As it was" in alice.get("/accounts", {"on": (today - timedelta(days=1)).isoformat()}).content.decode()
    days = [name for name in shown(alice, "/") if name.startswith("net-worth-2")]
    assert max(days) == f"net-worth-{today}-USD"


def test_an_account_on_a_day_shows_its_rows_until_then(alice, book, wallet, today):
    early = make_transaction(book, account=wallet, amount="-1", day=today - timedelta(days=9))
    make_transaction(book, account=wallet, amount="-2", day=today - timedelta(days=8))
    page = alice.get(f"/accounts/{wallet.pk}", {"on": early.day.isoformat()})
    assert rows_in(page.content.decode()) == [early.pk]
    assert page.context["line"][-1].amount == figures_in(page.content.decode())[f"balance-{wallet.pk}"][2] == D(99)


@pytest.mark.parametrize("on", ["", "x", "1899-12-31", "9999-12-31"])
def test_an_account_on_no_day_is_not_found(alice, wallet, on):
    assert alice.get(f"/accounts/{wallet.pk}", {"on": on}).status_code == 404


def test_they_are_not_among_the_latest(alice, book, wallet, linked, today):
    row = make_transaction(book, account=wallet, amount="-1", day=today - timedelta(days=9))
    [booked] = Transaction.objects.filter(account=linked)
    assert rows_in(alice.get("/").content.decode()) == [booked.pk, row.pk]
