"""What becomes of accounts that a bank closes, numbers anew or keeps in another currency."""

from decimal import Decimal

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.books import entered
from accounts.tests.factories import make_book
from banking.models import Account, Connection, Transaction
from banking.tests.bank import linked, rows, run


def test_an_account_that_is_closed_stays_with_its_rows(connection, bank, cast):
    run(connection)
    before = len(rows(connection))
    with entered(cast.book):
        closed = Account.objects.filter(book=cast.book, transactions__isnull=False).distinct().order_by("pk").first()
    bank.close_account(closed.external_id)
    run(connection)
    with entered(cast.book):
        closed.refresh_from_db()
        assert closed.closed_at
        assert Transaction.objects.filter(book=cast.book, removed_at=None).count() == before


def test_a_full_read_keeps_the_rows_of_a_closed_account(connection, bank, cast):
    run(connection)
    before = len(rows(connection))
    with entered(cast.book):
        closed = Account.objects.filter(book=cast.book, transactions__isnull=False).distinct().order_by("pk").first()
        Connection.objects.update(cursor="")
    bank.close_account(closed.external_id)
    run(connection)
    with entered(cast.book):
        assert Transaction.objects.filter(book=cast.book, removed_at=None).count() == before


def test_an_account_under_a_new_id_is_the_same_account(connection, bank, cast):
    run(connection)
    with entered(cast.book):
        account = Account.objects.filter(book=cast.book).order_by("pk").first()
        ids = set(Account.objects.filter(book=cast.book).values_list("pk", flat=True))
        Account.objects.filter(pk=account.pk).update(name="Mine")
    new = bank.renumber_account(account.external_id)
    run(connection)
    with entered(cast.book):
        account.refresh_from_db()
        assert (account.external_id, account.name) == (new, "Mine")
        assert set(Account.objects.filter(book=cast.book).values_list("pk", flat=True)) == ids


def test_moving_many_rows_takes_no_more_statements_than_moving_few(cast, bank):
    counts = []
    for rows_of_it in (20, 400):
        book = make_book(cast.alice.user, name=f"{rows_of_it}")
        connection = linked(book, cast.alice.user, f"user_bulk_{rows_of_it}")
        run(connection)
        bank.renumber_account(bank.ledger(connection.external_id)["accounts"][0]["account_id"])
        with CaptureQueriesContext(database) as made:
            run(connection)
        counts.append(sum("UPDATE" in each["sql"] for each in made))
    assert counts[0] == counts[1]


def test_each_account_and_row_keeps_its_currency(cast, bank):
    password = (
        '{"override_accounts": [{"type": "depository", "subtype": "checking", "currency": "EUR",'
        ' "starting_balance": 5, "transactions": [{"date_transacted": "2026-01-02", "date_posted": "2026-01-03",'
        ' "amount": 2.5, "description": "CAFE", "currency": "EUR"}]},'
        ' {"type": "depository", "subtype": "savings", "currency": "USD", "starting_balance": 7, "transactions": []}]}'
    )
    connection = linked(cast.book, cast.alice.user, "user_custom", password=password)
    run(connection)
    with entered(cast.book):
        assert set(Account.objects.values_list("currency", flat=True)) == {"EUR", "USD"}
        row = Transaction.objects.get(book=cast.book)
        assert (row.currency, row.account.currency, row.amount) == ("EUR", "EUR", Decimal("-2.5"))
