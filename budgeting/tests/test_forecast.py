"""The forecast of a book, from its rows: page, API, lowest point; and that it is quick and says the same twice."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_merchant, make_transaction
from budgeting.actions import recurring as actions
from budgeting.actions.finding_recurring import find_recurring
from budgeting.actions.recurring import NewItem
from budgeting.items import RecurringItem
from budgeting.queries.forecast import book_forecast, low_point
from budgeting.queries.safe import safe_to_spend

TODAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)


def add(book, name, amount, day, **more):
    new = NewItem(name, Decimal(amount), "monthly", day, **more)
    return actions.add_recurring(book=book, by=None, new=new, now=NOW)


def line(book, today=TODAY, account=None):
    [found] = book_forecast(book=book, today=today).currencies
    chosen = found.total if account is None else next(each for each in found.accounts if each.account == account)
    return dict(zip(chosen.outlook.days, chosen.outlook.expected, strict=True))


@pytest.fixture
def wallet(book):
    return make_account(book, opening=1000)


def test_bills_fall_on_their_days_in_their_accounts(book, wallet):
    other = make_account(book, name="Other", opening=50)
    add(book, "Rent", "-900", date(2026, 3, 20), account=wallet)
    add(book, "Gym", "-10", date(2026, 3, 25), account=other)
    assert (line(book)[date(2026, 3, 19)], line(book)[date(2026, 3, 20)]) == (1050, 150)
    assert line(book, account=other)[date(2026, 3, 25)] == 40


def test_what_comes_again_is_not_also_usual(book, wallet):
    shop = make_merchant(book, name="Netflix")
    for n in range(12):
        day = date(2025 + (3 + n) // 12, (3 + n) % 12 + 1, 5)
        make_transaction(book, account=wallet, day=day, amount="-9.99", merchant=shop, category="STREAMING")
    find_recurring(book=book, now=NOW)
    balance = 1000 - 12 * Decimal("9.99")
    assert line(book)[date(2026, 6, 9)] == balance - 3 * Decimal("9.99")
    RecurringItem.objects.update(state="ended")
    assert line(book)[date(2026, 6, 9)] == balance


def test_what_is_pending_or_entered_ahead_is_known(book, wallet):
    make_transaction(book, account=wallet, day=TODAY, amount="-20", pending=True)
    make_transaction(book, account=wallet, day=date(2026, 3, 20), amount="-5")
    assert (line(book)[date(2026, 3, 13)], line(book)[date(2026, 3, 20)]) == (980, 975)


def test_an_entry_ahead_that_is_the_bill_counts_once(book, wallet):
    add(book, "Blue Bottle", "-30", date(2026, 3, 20), account=wallet)
    make_transaction(
        book, account=wallet, day=date(2026, 3, 20), amount="-30", merchant=make_merchant(book, name="Blue Bottle")
    )
    assert line(book)[date(2026, 3, 31)] == 970


def test_the_lowest_point_is_named(book, wallet):
    add(book, "Rent", "-900", date(2026, 3, 20), account=wallet)
    add(book, "Pay", "1000", date(2026, 3, 30), account=wallet)
    found = low_point(book=book, now=NOW)
    assert (found.account, found.day, found.amount, found.is_below) == (wallet, date(2026, 3, 20), 100, False)
    add(book, "Tax", "-150", date(2026, 3, 25), account=wallet)
    found = low_point(book=book, now=NOW)
    assert (found.day, found.amount, found.is_below) == (date(2026, 3, 25), -50, True)


def test_a_card_is_no_lowest_point_and_an_empty_book_has_none(book):
    assert low_point(book=book, now=NOW) is None
    make_account(book, name="Card", kind="credit", opening=-90)
    assert low_point(book=book, now=NOW) is None


def test_currencies_stand_apart(book, wallet):
    make_account(book, name="Euro", currency="EUR", opening=5)
    make_account(book, name="House", kind="other", opening=100000)
    found = book_forecast(book=book, today=TODAY)
    assert [(each.currency, each.total.balance, len(each.accounts)) for each in found.currencies] == [
        ("USD", 1000, 1),
        ("EUR", 5, 1),
    ]


def test_page_and_api_say_the_same(api, cast, book):
    today = book.today(timezone.now())
    wallet = make_account(book, opening=100)
    add(book, "Rent", "-900", today + timedelta(days=9), account=wallet)
    told = api(cast.alice).get("/api/forecast?days=30").json()
    [found] = told["results"]
    assert (found["total"]["balance"], found["total"]["points"][-1]["expected"]) == ("100.00", "-800.00")
    assert (found["lowest"]["below_zero"], found["lowest"]["account_id"]) == (True, wallet.pk)
    page = browse(cast.carol, book).get("/forecast").content.decode()
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "First day below zero" in said
    assert "−$800.00" in said
    assert browse(cast.alice, book).get(f"/forecast?account={wallet.pk}").status_code == 200


@pytest.mark.parametrize("query", ["?account=999999", "?account=kites", "?currency=EUR"])
def test_what_is_not_there(cast, book, wallet, query):
    assert browse(cast.alice, book).get(f"/forecast{query}").status_code == 404


@pytest.mark.parametrize("query", ["?days=0", "?days=181", "?kites=1"])
def test_bad_questions(api, cast, book, query):
    assert api(cast.alice).get(f"/api/forecast{query}").status_code == 400


def test_a_stranger_sees_nothing(cast, api, book, wallet):
    assert "Wallet" not in browse(cast.stranger, cast.stranger.book).get("/forecast").content.decode()
    for address in ("/api/forecast", "/api/forecast/safe-to-spend"):
        assert api(cast.stranger).get(address).json() == {**api(cast.stranger).get(address).json(), "results": []}


def test_the_small_pieces_for_other_pages(book, wallet):
    given = {
        "safe": safe_to_spend(book=book, today=TODAY),
        "forecast": book_forecast(book=book, today=TODAY),
    }
    for piece, words in (("_safe_widget", "Safe to spend"), ("_forecast_widget", "The next 90 days")):
        assert words in render_to_string(f"budgeting/{piece}.html", given)


def test_the_number_of_queries_is_fixed(book, wallet, counted):
    add(book, "Rent", "-900", date(2026, 3, 20), account=wallet)
    before = counted(lambda: book_forecast(book=book, today=TODAY))
    for n in range(3):
        account = make_account(book, name=f"More {n}", opening=50)
        add(book, f"Bill {n}", "-9", date(2026, 3, 20), account=account)
        make_transaction(book, account=account, day=TODAY)
    assert counted(lambda: book_forecast(book=book, today=TODAY)) == before == 9
