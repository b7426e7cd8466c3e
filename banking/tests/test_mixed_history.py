"""What a person filed of one merchant under several categories."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.tests.factories import category_of, make_account, make_connection, make_merchant, make_transaction
from journal import actions as journal


@pytest.fixture
def kites(book, cast):
    """Eleven rows of one merchant, all filed under Shopping by the person."""
    bank = make_account(book, connection=make_connection(book))
    merchant = make_merchant(book, name="Kite Palace")
    rows = [make_transaction(book, account=bank, merchant=merchant, description="KITE PALACE 12") for _ in range(11)]
    filed(book, cast, rows, "SHOPPING", hour=0)
    return rows


def filed(book, cast, rows, code, *, hour):
    ids, now = [row.pk for row in rows], NOW + timedelta(hours=hour)
    actions.categorise_many(book=book, by=cast.alice.user, category=category_of(book, code), ids=ids, now=now)


def asked(book):
    return queries.prediction(book=book, description="KITE PALACE 12", amount=Decimal(-9), merchant="Kite Palace")


def test_one_correction_is_what_comes_next_but_is_not_filed_alone(book, cast, kites):
    filed(book, cast, kites[:1], "GROCERIES", hour=1)
    found = asked(book)
    assert (found.filed.source, found.top[0].name) == ("none", "Groceries")
    assert found.top[0].reason == "You filed 1 of 11 “Kite Palace” under Groceries"


def test_a_second_correction_files_alone(book, cast, kites):
    for hour in (1, 2):
        filed(book, cast, kites[hour : hour + 1], "GROCERIES", hour=hour)
    assert (asked(book).filed.name, asked(book).filed.source) == ("Groceries", "history")


def test_the_first_correction_of_a_merchant_files_alone(book, cast):
    row = make_transaction(book, account=make_account(book), description="KITE PALACE 12")
    filed(book, cast, [row], "GROCERIES", hour=1)
    assert (asked(book).filed.name, asked(book).filed.source) == ("Groceries", "history")


def test_what_began_earlier_and_ended_later_is_known_at_once(book, cast, kites):
    with journal.operation(book=book, by=cast.alice.user, verb="amend_merchant", now=NOW + timedelta(hours=9)) as other:
        other.noted("banking.Merchant", kites[0].merchant_id, {"name": "a"}, {"name": "b"})
    assert asked(book).filed.name == "Shopping"
    for hour in (1, 2):
        filed(book, cast, kites[hour : hour + 1], "GROCERIES", hour=hour)
    assert asked(book).filed.name == "Groceries"
