"""Rules are carried out on what a bank tells, in the same transaction, and never over a person's word."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.books import entered
from banking.actions import transactions
from banking.models import Transaction
from banking.tests.bank import linked, read
from banking.tests.factories import category_of, make_rule
from journal import actions as journal
from journal.models import Operation
from sandboxbank.control import Control

COFFEE = {"name": "CORNER KIOSK 12", "amount": Decimal("4.50")}
LOGIN = {
    "override_accounts": [
        {"type": "depository", "subtype": "checking", "starting_balance": 1000, "transactions": []},
    ]
}


@pytest.fixture
def bank(sandbox_bank):
    return Control(sandbox_bank.url)


@pytest.fixture
def connection(cast, bank):
    """A login that was read once, and holds nothing yet."""
    found = linked(cast.book, cast.alice.user, "user_custom", password=json.dumps(LOGIN))
    with entered(cast.book):
        read(found)
        yield found


@pytest.fixture
def rule(cast, connection):
    effects = {"merchant": "The Kiosk", "tags": ["street"], "note": "by rule", "exclude": True}
    return make_rule(cast.book, contains="corner kiosk", category="COFFEE", actions=effects)


@pytest.fixture
def told(bank, connection, rule):
    """The row of a purchase that the rule means."""
    [key] = bank.transactions(connection.external_id, add=[COFFEE])
    read(connection)
    return Transaction.objects.get(book=connection.book, external_id=key)


def corrected(bank, row, connection, **change):
    bank.transactions(connection.external_id, modify=[{"transaction_id": row.external_id, **change}])
    read(connection)
    row.refresh_from_db()


def test_what_comes_in_is_as_the_rule_says(told, rule):
    assert (told.category.code, told.category_source) == ("COFFEE", "rule")
    assert (told.merchant.name, told.note, told.excluded) == ("The Kiosk", "by rule", True)
    assert [tag.name for tag in told.tags.all()] == ["street"]


def test_what_a_rule_did_on_its_own_can_be_undone(told, cast):
    [done] = Operation.objects.filter(book=cast.book, verb="run_rules", by=None)
    journal.undo(book=cast.book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    told.refresh_from_db()
    assert told.category_source != "rule"
    assert (told.note, told.excluded, told.tags.count()) == ("", False, 0)


def test_another_rule_has_a_say_when_the_bank_changes_its_wording(bank, told, connection):
    make_rule(connection.book, contains="night market", category="GROCERIES")
    corrected(bank, told, connection, name="NIGHT MARKET 7", original_description="NIGHT MARKET 7")
    assert (told.category.code, told.category_source) == ("GROCERIES", "rule")


def test_a_correction_by_the_bank_leaves_a_persons_word(bank, told, connection, cast):
    shopping = category_of(cast.book, "SHOPPING")
    changes = {"category": shopping, "note": "mine", "excluded": False}
    transactions.amend(book=cast.book, by=cast.alice.user, pk=told.pk, changes=changes, now=timezone.now())
    corrected(bank, told, connection, amount=Decimal("5.25"))
    assert (told.category_id, told.category_source) == (shopping.pk, "user")
    assert (told.note, told.excluded, told.amount) == ("mine", False, Decimal("-5.25"))


def test_reading_all_again_runs_nothing(told, connection, cast):
    before = list(Transaction.objects.filter(book=cast.book).values())
    operations = Operation.objects.filter(book=cast.book).count()
    read(connection)
    assert list(Transaction.objects.filter(book=cast.book).values()) == before
    assert Operation.objects.filter(book=cast.book).count() == operations
