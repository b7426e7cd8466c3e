"""Stored rows under other ids of the bank, many at once."""

import pytest

from banking import merge
from banking.models import Transaction
from banking.tests.factories import make_account, make_connection, make_transaction


@pytest.fixture
def accounts(book):
    connection = make_connection(book)
    return [make_account(book, name=name, connection=connection) for name in ("One", "Two")]


def ids(rows):
    return [Transaction.objects.values_list("external_id", "account").get(pk=row.pk) for row in rows]


def test_ids_may_be_exchanged(book, accounts):
    one, two = (make_transaction(book, account=accounts[0]) for _ in range(2))
    before = ids([one, two])
    merge.move(moves=[(one.pk, two.external_id, accounts[0].pk), (two.pk, one.external_id, accounts[0].pk)])
    assert ids([one, two]) == before[::-1]


def test_a_row_goes_to_another_account_and_others_stay(book, accounts):
    one, other = (make_transaction(book, account=accounts[0]) for _ in range(2))
    merge.move(moves=[(one.pk, "new", accounts[1].pk)])
    assert ids([one, other]) == [("new", accounts[1].pk), (other.external_id, accounts[0].pk)]


@pytest.mark.parametrize(("count", "statements"), [(0, 0), (1, 7), (50, 7)])
def test_many_take_as_many_statements_as_one(book, accounts, count, statements, counted):
    rows = [make_transaction(book, account=accounts[0]) for _ in range(count)]
    found = counted(lambda: merge.move(moves=[(row.pk, f"new-{row.pk}", accounts[1].pk) for row in rows]))
    assert found <= statements
    assert ids(rows) == [(f"new-{row.pk}", accounts[1].pk) for row in rows]
