"""A category that is handed back is decided by everything that is known, as if the row were filed anew."""

import pytest

from accounts.tests.factories import NOW
from banking import actions
from banking.tests.factories import (
    category_of,
    make_account,
    make_connection,
    make_merchant,
    make_rule,
    make_transaction,
)


@pytest.fixture
def row(book, cast):
    """A bank's row that a person filed under Rent."""
    bank = make_account(book, connection=make_connection(book))
    found = make_transaction(book, account=bank, merchant=make_merchant(book), note="for Carol")
    return amended(book, cast, found, category=category_of(book, "RENT"))


def amended(book, cast, row, **changes):
    return actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes=changes, now=NOW)


def unlocked(book, cast, row):
    return actions.unlock(book=book, by=cast.alice.user, pk=row.pk, fields=["category"], now=NOW)


def test_the_category_of_a_renamed_merchant_counts(book, cast, row):
    changes = {"name": "My cafe", "category": category_of(book, "GROCERIES")}
    actions.amend_merchant(book=book, by=cast.alice.user, pk=row.merchant_id, changes=changes, now=NOW)
    found = unlocked(book, cast, row)
    assert (found.category.code, found.reason) == ("GROCERIES", "You file everything from “My cafe” under Groceries")


def test_what_they_filed_of_a_renamed_merchant_counts(book, cast, row):
    other = make_transaction(book, account=row.account, merchant=row.merchant)
    amended(book, cast, other, category=category_of(book, "GROCERIES"))
    actions.amend_merchant(book=book, by=cast.alice.user, pk=row.merchant_id, changes={"name": "My cafe"}, now=NOW)
    assert unlocked(book, cast, row).category_source == "history"


@pytest.mark.parametrize("told", ["account", "note"])
def test_rules_about_account_and_note_count(book, cast, row, told):
    values = {"account": ("equals", row.account_id), "note": ("contains", "carol")}
    [op, value] = values[told]
    make_rule(book, category="FUEL", conditions={"all": [{"field": told, "op": op, "value": value}]})
    found = unlocked(book, cast, row)
    assert (found.category.code, found.category_source) == ("FUEL", "rule")
