"""The opening of a linked account: right although balances lag behind rows and history comes late."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.books import entered
from banking import queries
from banking.models import Account, Transaction
from banking.queries.ledger import broken
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, read, unlink

LATER = timedelta(days=3)


@pytest.fixture
def connection(cast, bank):
    with entered(cast.book):
        yield linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)


def account(connection, kind="depository"):
    return Account.objects.get(connection=connection, kind=kind)


def shown(connection, kind="depository"):
    pk, book = account(connection, kind).pk, connection.book
    return queries.account(book=book, pk=pk, today=book.today(timezone.now())).balance


def told(bank, connection, *, days_ago=0, amount="20.00", kind="depository", **how):
    day = timezone.now().date() - timedelta(days=days_ago)
    row = {"account": account(connection, kind).external_id, "amount": Decimal(amount), "date": day.isoformat()}
    return bank.transactions(connection.external_id, add=[row], **how)


def lags(bank):
    """The next reading gets balances without what was booked today."""
    for endpoint in ("/accounts/get", "/transactions/sync"):
        bank.fault("stale_balance", endpoint=endpoint)


def holds(connection):
    return broken(now=timezone.now(), book_id=connection.book_id) == []


def test_an_opening_is_held_fast_by_the_second_reading_that_agrees(connection):
    read(connection)
    assert not account(connection).opening_settled
    read(connection)
    assert account(connection).opening_settled
    assert not account(connection, "credit").opening_settled


def test_history_of_an_account_without_rows_does_not_move_its_balance(connection, bank):
    """An account that is shared later: the login was complete long ago, its own rows come afterwards."""
    for _ in range(2):
        read(connection)
    told(bank, connection, kind="credit", days_ago=90, amount="-400.00", past=True)
    read(connection)
    assert shown(connection, "credit") == account(connection, "credit").reported == Decimal("-250")
    assert holds(connection)


def test_older_history_does_not_move_a_balance_that_was_held_fast(connection, bank):
    for _ in range(2):
        read(connection)
    told(bank, connection, days_ago=500, amount="-400.00", past=True)
    told(bank, connection, days_ago=1)
    read(connection)
    assert account(connection).opening_settled
    assert shown(connection) == account(connection).reported == Decimal("980")
    assert holds(connection)


def test_an_opening_taken_from_a_stale_balance_is_taken_again(connection, bank):
    read(connection)
    told(bank, connection)
    lags(bank)
    read(connection)
    assert (shown(connection), account(connection).opening_settled) == (Decimal("1000"), False)
    for _ in range(2):
        read(connection)
    assert (shown(connection), account(connection).opening_settled) == (Decimal("980"), True)


def test_a_gap_shows_and_is_closed_when_it_has_stood_for_days(connection, bank):
    for _ in range(2):
        read(connection)
    Account.objects.filter(pk=account(connection).pk).update(opening=Decimal("500"))
    for _ in range(2):
        read(connection)
    assert not holds(connection)
    assert account(connection).gap == account(connection).reported - shown(connection) != 0
    read(connection, later=LATER)
    assert shown(connection) == account(connection).reported
    assert (account(connection).gap, account(connection).gap_since) == (0, None)
    assert holds(connection)


def test_a_balance_that_lags_is_no_reason_to_move_an_opening(connection, bank):
    for _ in range(2):
        read(connection)
    opening = account(connection).opening
    for days in (0, 3, 6):
        told(bank, connection, amount=str(20 + days))
        lags(bank)
        read(connection, later=timedelta(days=days))
        assert account(connection).opening == opening
        assert account(connection).gap > 0
    read(connection)
    assert (account(connection).opening, account(connection).gap) == (opening, 0)


def test_what_the_bank_dates_ahead_is_in_its_balance_and_ours(connection, bank):
    read(connection)
    told(bank, connection, days_ago=-2)
    for _ in range(2):
        read(connection)
    assert Transaction.objects.filter(account=account(connection), day__gt=timezone.now().date()).exists()
    assert account(connection).opening_settled
    assert shown(connection) == account(connection).reported
    assert holds(connection)


def test_linking_anew_takes_the_openings_anew(connection, bank, cast):
    for _ in range(2):
        read(connection)
    unlink(connection, cast.alice.user)
    again = linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)
    assert again == connection
    assert not account(connection).opening_settled


def test_a_gap_can_be_closed_by_hand(connection, capsys):
    for _ in range(2):
        read(connection)
    Account.objects.filter(pk=account(connection).pk).update(opening=Decimal("500"))
    read(connection)
    call_command("anchor_openings", book=connection.book_id)
    assert holds(connection)
    assert shown(connection) == account(connection).reported
    assert "1 set" in capsys.readouterr().out
