"""The dashboard and the pages around it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.models import Account, Connection, Transaction
from banking.tests.browsing import browse, figures_in, queries_of, rows_in
from banking.tests.factories import make_account, make_connection, make_transaction


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def today(book):
    return book.today(timezone.now())


def test_visitor_sees_the_way_in(client, db):
    page = client.get("/").content.decode()
    assert 'href="/auth/signup/"' in page
    assert 'href="/auth/login/"' in page


def test_new_person_is_offered_one_thing(alice):
    assert alice.get("/").content.count(b'class="button primary"') == 1


def test_every_figure_is_the_sum_of_its_rows(book, alice, today):
    account = make_account(book, opening=500)
    linked = make_account(book, name="Card", kind="credit", opening=-20, connection=make_connection(book))
    for amount, category, days in [
        ("-12.34", "COFFEE", 0),
        ("-80", "GROCERIES", 3),
        ("2000", "SALARY", 20),
        ("9", "COFFEE", 40),
    ]:
        make_transaction(book, account=account, amount=amount, category=category, day=today - timedelta(days=days))
    make_transaction(book, account=linked, amount="-33.10", category="RENT", day=today)
    make_transaction(book, account=linked, amount="-7", pending=True, day=today)
    found = figures_in(alice.get("/").content.decode())
    assert len(found) > 15
    for name, (address, sign, amount) in found.items():
        if address.startswith("/transactions"):
            rows = Transaction.objects.filter(pk__in=rows_in(alice.get(address).content.decode()))
            assert sum((row.amount for row in rows), Decimal(0)) * sign == amount, name
        else:
            assert alice.get(address).status_code == 200


def test_connection_that_needs_a_person_is_named(book, alice):
    make_account(book, connection=make_connection(book, status=Connection.Status.REAUTH, problem="Sign in again."))
    page = alice.get("/").content.decode()
    assert "Needs you to sign in" in page
    assert "Sign in again." in page


def test_currencies_stand_side_by_side(book, alice, today):
    make_account(book, opening=5)
    euros = make_account(book, name="Euros", currency="EUR", opening=7)
    make_transaction(book, account=euros, amount="-2", day=today)
    found = figures_in(alice.get("/").content.decode())
    assert (found["net-worth-USD"][2], found["net-worth-EUR"][2]) == (Decimal(5), Decimal(5))


def test_what_came_in_and_went_out_is_told_for_each_currency(book, alice, today):
    for currency in ("USD", "EUR"):
        account = make_account(book, name=currency, currency=currency)
        make_transaction(book, account=account, amount="-2", day=today)
    found = figures_in(alice.get("/").content.decode())
    for name in ("expense-now", "expense-by-this-day", "left", "spending"):
        assert found[f"{name}-USD"][2] == found[f"{name}-EUR"][2], name


def test_the_comparison_names_its_days(book, alice):
    make_account(book)
    board = alice.get("/").context["board"]
    assert (board.same_day.day, board.same_day.month) == (board.today.day, board.previous_month.month) or (
        board.is_whole_month
    )


def test_a_bank_that_is_being_read_is_not_asked_for_again(book, alice):
    make_connection(book)
    for path in ("/", "/transactions", "/accounts"):
        page = alice.get(path).content.decode()
        assert "Your bank is being read" in page, path
        assert "Connect your bank" not in page, path


def test_number_of_queries_is_fixed(book, alice, today):
    make_transaction(book, account=make_account(book, connection=make_connection(book)), day=today, tags=["t"])
    before = queries_of(alice, "/")
    for number in range(12):
        account = make_account(book, name=f"A{number}", connection=make_connection(book))
        make_transaction(book, account=account, day=today, tags=["t"])
    assert queries_of(alice, "/") == before <= 40


def test_stranger_sees_nothing_of_it(cast, book):
    make_account(book, name="Secret purse")
    assert b"Secret purse" not in browse(cast.stranger, cast.book).get("/").content
    assert Account.objects.filter(book=book).count() == 1


def test_viewer_is_offered_no_change(cast, book):
    make_account(book)
    assert b"/transactions/new" not in browse(cast.carol, cast.book).get("/").content


@pytest.mark.parametrize(("sent", "cookie"), [({"theme": "dark"}, "theme"), ({"privacy": "on"}, "privacy")])
def test_appearance_is_kept_and_shown(alice, sent, cookie):
    answer = alice.post("/appearance", {**sent, "next": "/accounts"})
    assert answer.headers["Location"] == "/accounts"
    [value] = sent.values()
    assert f'data-{cookie}="{value}"'.encode() in alice.get("/accounts").content


@pytest.mark.parametrize("sent", [{}, {"theme": "pink"}, {"theme": "dark", "privacy": '"><script>'}])
def test_unknown_appearance_is_refused(alice, sent):
    assert alice.post("/appearance", sent).status_code == 400


def test_appearance_never_leads_off_the_site(alice):
    assert alice.post("/appearance", {"theme": "dark", "next": "//evil.example"}).headers["Location"] == "/"


def test_forged_cookie_changes_nothing(alice):
    alice.cookies["theme"] = '"><script>'
    assert b'data-theme="auto"' in alice.get("/accounts").content


def test_worker_and_offline_page_name_nobody(alice, cast):
    worker = alice.get("/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert b"/offline" in worker.content
    assert cast.alice.user.email.encode() not in alice.get("/offline").content


def test_more_leads_on(alice):
    assert b'href="/categories"' in alice.get("/more").content


def test_missing_page_is_kind(alice):
    page = alice.get("/nowhere")
    assert page.status_code == 404
    assert b"There is nothing here" in page.content
