"""The command that says what is broken, and the one that mends the totals."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.books import entered, everywhere
from accounts.models import AuditChain
from accounts.tests.factories import NOW
from banking.models import Category, DayTotal, MonthTotal, Rule, Transaction, TransactionTag
from banking.queries.ledger import _relations, broken
from banking.tests.factories import make_category
from financeapp.tests.walking import fill, rows_in

POINTING = {
    "account": "accounts",
    "category": "categories",
    "suggestion": "categories",
    "parent": "categories",
    "merchant": "merchants",
    "connection": "connection_id",
    "tag": "tags",
    "transaction": "transactions",
}


@pytest.fixture
def theirs(cast):
    with entered(cast.stranger.book):
        make_category(cast.stranger.book, name="Of a stranger")
    return rows_in(cast.stranger.book, owner=cast.stranger.user, word="theirs")


@pytest.fixture
def mine(cast):
    return fill(cast)


def check(**options):
    """(exit status, what was said)."""
    said = StringIO()
    try:
        call_command("check_ledger", stdout=said, **options)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_a_whole_ledger_holds(cast, mine, theirs):
    assert check() == (0, "The ledger holds.\n")
    assert check(book=cast.book.pk) == (0, "The ledger holds.\n")


@pytest.mark.parametrize(
    ("model", "relation"),
    [
        (Transaction, "account"),
        (Transaction, "category"),
        (Transaction, "merchant"),
        (Transaction, "suggestion"),
        (TransactionTag, "tag"),
        (Category, "parent"),
        (Rule, "category"),
        (DayTotal, "account"),
        (MonthTotal, "account"),
        (MonthTotal, "category"),
    ],
)
def test_a_row_that_points_into_another_book_is_found(cast, mine, theirs, model, relation):
    with everywhere("the test breaks a row of one book"):
        DayTotal.objects.filter(book=cast.stranger.book).delete()
        row = model.objects.filter(book=cast.book).order_by("pk").first()
        model.objects.filter(pk=row.pk).update(**{f"{relation}_id": theirs[POINTING[relation]]})
        said = {(each.invariant, each.book_id, each.where) for each in broken(now=NOW)}
    invariant = f"{model._meta.model_name} and its {relation} lie in one book"
    assert (invariant, cast.book.pk, f"row {row.pk}") in said
    assert check()[0] == 1
    assert check(book=cast.stranger.book.pk)[1].count(invariant) == 0


def test_no_relation_is_left_out():
    assert {"linksession.connection", "sync.connection", "change.operation", "category.parent"} <= {
        f"{model._meta.model_name}.{relation}" for model, relation in _relations()
    }


def test_a_forged_audit_log_is_named(cast, mine):
    AuditChain.objects.filter(name=f"user:{cast.alice.user.pk}").update(seal="0" * 64)
    status, said = check()
    assert status == 1
    assert f"chain user:{cast.alice.user.pk}" in said


@pytest.mark.parametrize("command", ["check_ledger", "rebuild_totals"])
@pytest.mark.parametrize("number", [0, 999])
def test_a_book_that_is_not_there_is_an_error(cast, command, number):
    with pytest.raises(CommandError, match=f"There is no book {number}"):
        call_command(command, book=number)


def test_totals_are_mended(cast, mine):
    with entered(cast.book):
        DayTotal.objects.update(amount=0)
    assert check()[0] == 1
    call_command("rebuild_totals", book=cast.book.pk, stdout=StringIO())
    assert check()[0] == 0
