"""Balances: opening plus what moved."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.books import entered
from accounts.tests.factories import make_book
from banking import queries
from banking.models import Account, AccountKind, Transaction
from banking.tests.factories import make_account, make_connection, make_transaction

D = Decimal
TODAY = date(2026, 12, 31)


def balances(book):
    return {each.account.name: each.balance for each in queries.accounts(book=book, today=TODAY)}


def test_opening_plus_posted_rows_also_those_left_out(book):
    account = make_account(book, opening=D("100"))
    make_transaction(book, account=account, amount="-30.25")
    make_transaction(book, account=account, amount="-10", excluded=True)
    make_transaction(book, account=account, amount="-5", pending=True)
    make_transaction(book, account=account, amount="-7", removed_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_transaction(book, account=account, amount="-1", currency="EUR")
    assert balances(book) == {"Wallet": D("59.75")}


def test_assets_less_liabilities_is_net_worth(book):
    """The numbers that the requirement names: 10,000 and 5,000 less 2,000."""
    make_account(book, name="Current", opening=10_000)
    make_account(book, name="Depot", kind=AccountKind.INVESTMENT, opening=5_000)
    make_account(book, name="Card", kind=AccountKind.CREDIT, opening=-2_000)
    [position] = queries.positions(queries.accounts(book=book, today=TODAY))
    assert (position.assets, position.liabilities, position.net_worth) == (15_000, 2_000, 13_000)


def test_currencies_are_never_added(book):
    for currency in ("EUR", "USD", "JPY"):
        make_account(book, currency=currency, opening=1)
    found = queries.positions(queries.accounts(book=book, today=TODAY), first="USD")
    assert [(each.currency, each.net_worth) for each in found] == [("USD", 1), ("EUR", 1), ("JPY", 1)]


def test_a_closed_account_is_not_listed_but_was_worth_something(book):
    make_account(book, opening=50, closed_at=datetime(2026, 2, 10, tzinfo=UTC))
    assert queries.accounts(book=book, today=TODAY) == []
    rows = list(queries.account_rows(book=book, closed=True))
    [line] = queries.net_worth_lines(book=book, rows=rows, movements={}, ends=[date(2026, 2, 1), date(2026, 3, 1)])
    assert [point.amount for point in line.points] == [50, 0]


def test_difference_is_what_the_bank_reports_beyond_our_rows(book):
    account = make_account(book, opening=10, connection=make_connection(book))
    Account.objects.filter(pk=account.pk).update(reported=12)
    assert queries.account(book=book, pk=account.pk, today=TODAY).difference == 2


def test_running_balance_holds_for_filtered_rows(book):
    account = make_account(book, opening=100)
    rows = [make_transaction(book, account=account, day=date(2026, 3, day), amount=-day) for day in (1, 1, 2, 5)]
    pending = make_transaction(book, account=account, day=date(2026, 3, 5), amount=-50, pending=True)
    found = queries.running_balances(account=account, rows=[rows[3], rows[1], pending])
    assert found == {rows[3].pk: D(91), rows[1].pk: D(98)}


def test_daily_balances_start_from_what_was_before(book):
    account = make_account(book, opening=100)
    for day in (1, 1, 3, 9):
        make_transaction(book, account=account, day=date(2026, 3, day), amount=-1)
    found = queries.daily_balances(book=book, start=date(2026, 3, 2), end=date(2026, 3, 9))
    assert [(each.day.day, each.balance) for each in found] == [(3, D(97))]
    assert queries.opening_balances(book=book, day=date(2026, 3, 2)) == {account.pk: D(98)}


def test_net_worth_line_adds_accounts(book):
    one, two = make_account(book, opening=10), make_account(book, name="Card", kind="credit", opening=-4)
    make_transaction(book, account=one, day=date(2026, 1, 31), amount=5)
    make_transaction(book, account=two, day=date(2026, 2, 1), amount=-1)
    [line] = queries.net_worth_lines(
        book=book,
        rows=[one, two],
        movements=queries.month_movements(book=book, today=TODAY),
        ends=[date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
    )
    assert [point.amount for point in line.points] == [6, 11, 10]


@pytest.mark.parametrize("count", [5, 50])
def test_queries_do_not_grow_with_rows(book, count, django_assert_num_queries):
    account = make_account(book)
    for each in range(count):
        make_transaction(book, account=account, day=date(2026, 1 + each % 12, 1), tags=["a"])
        make_account(book, name=f"A{each}")
    with django_assert_num_queries(3):
        queries.accounts(book=book, today=TODAY)
    with django_assert_num_queries(2):
        rows = list(queries.transactions(book=book)[:50])
        assert all(row.account.name and row.category.name and list(row.tags.all()) for row in rows)
    with django_assert_num_queries(2):
        queries.running_balances(account=account, rows=rows)


def test_a_stranger_sees_nothing(book, cast):
    row = make_transaction(book)
    with entered(cast.stranger.book):
        other = cast.stranger.book
        assert queries.accounts(book=other, today=TODAY) == []
        assert list(queries.transactions(book=other)) == []
        with pytest.raises(Account.DoesNotExist):
            queries.account(book=other, pk=row.account_id, today=TODAY)
        with pytest.raises(Transaction.DoesNotExist):
            queries.transaction(book=other, pk=row.pk)


@pytest.mark.parametrize("closed_at", [datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, 7, tzinfo=UTC)])
def test_an_account_closes_on_the_day_of_its_book(cast, closed_at):
    """Afternoon and late evening of 30 November in Los Angeles."""
    book, day = make_book(cast.alice.user, time_zone="America/Los_Angeles"), date(2026, 11, 30)
    with entered(book):
        row = make_account(book, opening=50, closed_at=closed_at)
        assert queries.accounts_on(book=book, day=day, today=TODAY) == []
        assert len(queries.accounts_on(book=book, day=day - timedelta(days=1), today=TODAY)) == 1
        [line] = queries.net_worth_lines(book=book, rows=[row], movements={}, ends=[day, day + timedelta(days=1)])
        assert [point.amount for point in line.points] == [50, 0]
