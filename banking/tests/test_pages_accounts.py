"""The pages of accounts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.models import Account, Connection
from banking.queries.lines import balance_line
from banking.tests.browsing import browse, figures_in, queries_of, rows_in
from banking.tests.factories import DAY, make_account, make_connection, make_transaction


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def test_accounts_stand_under_their_kinds_with_balances(book, alice):
    make_account(book, name="Wallet", opening=Decimal("20.50"))
    make_account(book, name="Card", kind="credit", opening=-5, connection=make_connection(book))
    page = alice.get("/accounts").content.decode()
    assert page.index("Wallet") < page.index("Card")
    assert "$20.50" in page
    assert "\N{MINUS SIGN}$5.00" in page
    assert 'value="15.50"' in page


def test_account_shows_the_balance_after_each_row(book, alice):
    account = make_account(book, opening=100)
    make_transaction(book, account=account, amount="-30")
    make_transaction(book, account=account, amount="-5", day=DAY + timedelta(days=1))
    page = alice.get(f"/accounts/{account.pk}").content.decode()
    assert len(rows_in(page)) == 2
    assert page.count("$65.00") >= 2
    assert "$70.00" in page


def test_line_ends_today_with_the_balance(book):
    account, today = make_account(book, opening=10), DAY + timedelta(days=3)
    make_transaction(book, account=account, amount="-2")
    line = balance_line(book=book, account=account, start=today - timedelta(days=5), until=today, today=today)
    assert [str(point.amount) for point in line] == ["10.00", "10.00", "8.00", "8.00", "8.00", "8.00"]
    assert line[-1].day == today


@pytest.mark.parametrize("span", ["3m", "1y", "2y", "nonsense"])
def test_every_span_is_short_enough_to_read(book, alice, span):
    page = alice.get(f"/accounts/{make_account(book).pk}", {"span": span})
    assert 20 < len(page.context["line"]) < 100


def test_number_of_queries_is_fixed(book, alice):
    account = make_account(book)
    make_transaction(book, account=account, tags=["a"])
    paths = ["/accounts", f"/accounts/{account.pk}"]
    before = [queries_of(alice, path) for path in paths]
    for _ in range(10):
        make_transaction(book, account=account, tags=["a"])
        make_account(book, connection=make_connection(book))
    assert [queries_of(alice, path) for path in paths] == before
    assert max(before) <= 25


def test_stranger_finds_no_account(cast, book):
    account, stranger = make_account(book), browse(cast.stranger, cast.stranger.book)
    for path in ("", "/edit", "/close"):
        assert stranger.get(f"/accounts/{account.pk}{path}").status_code == 404
    assert stranger.post(f"/accounts/{account.pk}/close").status_code == 404


def test_account_by_hand(book, alice):
    sent = {"name": "Piggy bank", "kind": "depository", "currency": "EUR", "opening": "12.50"}
    assert alice.post("/accounts/new", sent).headers["Location"] == "/accounts"
    assert Account.objects.get(book=book).opening == Decimal("12.50")


@pytest.mark.parametrize("wrong", [{"name": "a\u202eb"}, {"currency": "XXX"}, {"opening": "1.2345"}, {"kind": "?"}])
def test_bad_account_is_refused(book, alice, wrong):
    good = {"name": "Piggy bank", "kind": "depository", "currency": "EUR", "opening": "12.50"}
    assert alice.post("/accounts/new", good | wrong).status_code == 422
    assert not Account.objects.filter(book=book).exists()


def test_name_changes_and_a_manual_account_closes_and_opens(book, alice):
    account = make_account(book)
    alice.post(f"/accounts/{account.pk}/edit", {"name": "Purse", "opening": "1"})
    alice.post(f"/accounts/{account.pk}/close")
    account.refresh_from_db()
    assert account.name == "Purse"
    assert account.closed_at is not None
    alice.post(f"/accounts/{account.pk}/close", {"closed": "no"})
    account.refresh_from_db()
    assert account.closed_at is None


def test_linked_account_keeps_what_the_bank_tells(book, alice):
    account = make_account(book, opening=5, connection=make_connection(book))
    alice.post(f"/accounts/{account.pk}/edit", {"name": "Mine", "opening": "99"})
    account.refresh_from_db()
    assert (account.name, account.opening) == ("Mine", Decimal("5.00"))
    assert alice.post(f"/accounts/{account.pk}/close").status_code == 404


def test_viewer_has_no_controls(cast, book):
    account, bob, carol = make_account(book), browse(cast.bob, cast.book), browse(cast.carol, cast.book)
    controls = [
        f'href="/accounts/{account.pk}/edit"',
        f'href="/accounts/{account.pk}/close"',
        'href="/transactions/new',
    ]
    for control in controls:
        assert control in bob.get(f"/accounts/{account.pk}").content.decode()
        assert control not in carol.get(f"/accounts/{account.pk}").content.decode()
    for path in ("/accounts/new", f"/accounts/{account.pk}/edit"):
        assert carol.get(path).status_code == 403
        assert carol.post(path, {"name": "x"}).status_code == 403


def test_nothing_is_listed_twice_today(book, alice):
    row = make_transaction(book, day=book.today(timezone.now()))
    assert rows_in(alice.get(f"/accounts/{row.account_id}").content.decode()) == [row.pk]


def test_accounts_as_they_were_on_a_day(book, alice):
    account = make_account(book, opening=100)
    gone = make_account(book, name="Gone", opening=7, closed_at=datetime(2026, 3, 12, tzinfo=UTC))
    for day, amount in [(date(2026, 3, 10), "-1"), (date(2026, 3, 11), "-2"), (date(2026, 3, 12), "-4")]:
        make_transaction(book, account=account, day=day, amount=amount)
    found = figures_in(alice.get("/accounts", {"on": "2026-03-11"}).content.decode())
    assert found["net-worth-USD"] == ("/accounts?on=2026-03-11", 1, Decimal(104))
    later = alice.get("/accounts", {"on": "2026-03-12"}).content.decode()
    assert (figures_in(later)["net-worth-USD"][2], gone.name in later) == (Decimal(93), False)


@pytest.mark.parametrize("on", ["", "x", "2026-02-30", "\0", "10000-01-01"])
def test_no_day_is_not_found(alice, on):
    assert alice.get("/accounts", {"on": on}).status_code == 404


def test_the_net_worth_line_leads_to_the_accounts_of_its_days(book, alice):
    make_transaction(book, account=make_account(book, opening=100), day=date(2026, 3, 10), amount="-1")
    points = [f for name, f in figures_in(alice.get("/").content.decode()).items() if f[0].startswith("/accounts?on=")]
    assert len(points) == 11
    for address, _sign, amount in points:
        assert figures_in(alice.get(address).content.decode())["net-worth-USD"] == (address, 1, amount)


@pytest.fixture
def unlinked(book):
    """An account of a bank that was unlinked on the 10th of March, with what it last reported."""
    connection = make_connection(book, status=Connection.Status.UNLINKED)
    Connection.objects.filter(pk=connection.pk).update(synced_at=datetime(2026, 3, 10, 12, tzinfo=UTC))
    account = make_account(book, name="Old bank", opening=10, connection=connection)
    Account.objects.filter(pk=account.pk).update(reported=12, available=987, limit=654, reported_at=timezone.now())
    return account


@pytest.mark.parametrize("path", ["/accounts", "/accounts/{pk}"])
def test_unlinked_account_says_so_and_nothing_of_the_bank(alice, unlinked, path):
    page = alice.get(path.format(pk=unlinked.pk)).content.decode()
    assert "no longer read since March 10, 2026" in page
    for told in ("$987", "$654", "Bank reports", "Differs from the bank", "reports another balance"):
        assert told not in page


def test_unlinked_account_is_closed_and_opened_again(alice, unlinked):
    address = f"/accounts/{unlinked.pk}/close"
    assert address in alice.get(f"/accounts/{unlinked.pk}").content.decode()
    alice.post(address)
    unlinked.refresh_from_db()
    assert unlinked.closed_at
    alice.post(address, {"closed": "no"})
    unlinked.refresh_from_db()
    assert unlinked.closed_at is None
