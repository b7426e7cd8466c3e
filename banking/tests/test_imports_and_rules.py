"""A person's rules ask about rows of a file as they will be stored: with their account and their note."""

import pytest
from django.utils import timezone

from banking import actions
from banking.actions import Received
from banking.actions.bringing_in import carry_out
from banking.models import Transaction
from banking.queries.imports import landings
from banking.tests.factories import make_account, make_rule

FILE = b"Date,Description,Amount,Note\n2026-03-10,ZZYX 4,-47.11,for Carol\n"


@pytest.fixture
def draft(book, cast):
    """A file of one row for the account Visa."""
    return actions.receive_import(
        book=book,
        by=cast.alice.user,
        file=Received("bank.csv", FILE, account=make_account(book, name="Visa").pk),
        now=timezone.now(),
    )


def asks(**parts):
    return {mode: [{"field": field, "op": op, "value": value}] for mode, (field, op, value) in parts.items()}


def shown_and_landed(book, cast, draft):
    """The category of the row as the preview has it, and as it was stored, with the source."""
    [shown] = landings(source=draft, rows=list(draft.rows.all()))
    actions.start_import(book=book, by=cast.alice.user, pk=draft.pk, now=timezone.now())
    carry_out(book=book, import_id=draft.pk, clock=timezone.now)
    row = Transaction.objects.select_related("category").get(book=book)
    return shown.category.code, row.category.code, row.category_source


def test_a_rule_that_excludes_the_account_does_not_file(book, cast, draft):
    account = draft.statements[0]["account"]
    excluded = {"none": [{"field": "account", "op": "equals", "value": account}]}
    make_rule(book, category="RENT", conditions={"all": [*asks(all=("text", "contains", "zzyx"))["all"], excluded]})
    shown, landed, source = shown_and_landed(book, cast, draft)
    assert shown == landed != "RENT"
    assert source != "rule"


@pytest.mark.parametrize("told", ["account", "note"])
def test_a_rule_about_account_or_note_files_and_is_shown_before(book, cast, draft, told):
    values = {"account": ("equals", draft.statements[0]["account"]), "note": ("contains", "carol")}
    make_rule(book, category="RENT", conditions=asks(all=(told, *values[told])))
    assert shown_and_landed(book, cast, draft) == ("RENT", "RENT", "rule")
