"""Recording, amending and removing transactions by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Conflicting, Entry, NotYours, Refused
from banking.models import Category, DayTotal, MonthTotal, Transaction
from banking.tests.factories import (
    DAY,
    category_of,
    make_account,
    make_category,
    make_connection,
    make_transaction,
)
from journal.models import Change, Operation

D = Decimal
ENTRY = Entry(day=DAY, amount=D("-4.50"), description="BLUE BOTTLE COFFEE 12")


def record(book, cast, account, **given):
    return actions.record(book=book, by=cast.alice.user, account=account, entry=replace(ENTRY, **given), now=NOW)


def amend(book, cast, row, **changes):
    return actions.amend(book=book, by=cast.bob.user, pk=row.pk, changes=changes, now=NOW)


def spent(book):
    found = queries.month_amounts(book=book, start=date(2026, 3, 1), end=date(2026, 4, 1))
    return -sum((each.net for each in found if each.kind == "expense"), D(0))


def balance(book, account):
    return queries.account(book=book, pk=account.pk, today=DAY).balance


def test_recording_keeps_balance_and_totals(book, cast):
    account = make_account(book, opening=10)
    row = record(book, cast, account, category=category_of(book, "COFFEE"), tags=["trip", "Trip"], note="a\nb")
    assert (balance(book, account), spent(book)) == (D("5.50"), D("4.50"))
    assert (row.category_source, row.is_manual, row.merchant.name) == ("user", True, "Blue Bottle Coffee")
    assert [tag.name for tag in row.tags.all()] == ["Trip"]
    assert Operation.objects.get(book=book).verb == "record"


def test_without_a_category_the_categoriser_decides(book, cast):
    row = record(book, cast, make_account(book), description="Qwzx 17")
    assert row.category_source != "user"
    assert row.category.code


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": D("1.001")}, "amount"),
        ({"amount": D("1.0000001")}, "amount"),
        ({"amount": D("0")}, "amount"),
        ({"amount": D(10) ** 12}, "amount"),
        ({"day": date(1899, 1, 1)}, "day"),
        ({"day": date(2037, 1, 1)}, "day"),
        ({"description": "a\u202eb"}, "description"),
        ({"description": " "}, "description"),
        ({"merchant": "x\x07"}, "merchant"),
        ({"note": "n" * 2001}, "note"),
        ({"tags": ["a"] * 3 + [""]}, "tags"),
        ({"tags": [str(each) for each in range(21)]}, "tags"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(book, cast, given, field):
    account = make_account(book)
    with pytest.raises(Refused) as refused:
        record(book, cast, account, **given)
    assert refused.value.field == field
    assert not Transaction.objects.filter(book=book).exists()
    assert not Operation.objects.filter(book=book).exists()


def test_a_yen_has_no_cents(book, cast):
    with pytest.raises(Refused, match="JPY has at most 0"):
        record(book, cast, make_account(book, currency="JPY"), amount=D("-4.5"))


def test_only_open_manual_accounts_take_entries(book, cast):
    with pytest.raises(NotYours):
        record(book, cast, make_account(book, connection=make_connection(book)))
    with pytest.raises(Conflicting):
        record(book, cast, make_account(book, closed_at=NOW))


def test_a_category_of_another_book_is_refused(book, cast):
    with entered(cast.stranger.book):
        theirs = Category.objects.get(book=cast.stranger.book, code="COFFEE")
    with pytest.raises(Refused):
        record(book, cast, make_account(book), category=theirs)


def test_amending_moves_totals_and_marks_the_fields(book, cast):
    account = make_account(book)
    row = make_transaction(book, account=account, amount=-10)
    amend(book, cast, row, category=category_of(book, "TRANSFER"), note="x", tags=["a"], merchant="Uncle Bob")
    row.refresh_from_db()
    assert set(row.edited) == {"category", "note", "tags", "merchant"}
    assert (row.category_source, row.confidence, row.merchant.name) == ("user", 1.0, "Uncle Bob")
    assert (spent(book), balance(book, account)) == (0, -10)


def test_moving_a_manual_row_to_another_day_keeps_both_months(book, cast):
    account = make_account(book)
    row = make_transaction(book, account=account, day=date(2026, 1, 31), amount=-10)
    amend(book, cast, row, day=date(2026, 3, 1), amount=D(-7))
    assert [(t.day, t.amount) for t in DayTotal.objects.filter(book=book)] == [(date(2026, 3, 1), -7)]
    assert [(t.month, t.money_out) for t in MonthTotal.objects.filter(book=book)] == [(date(2026, 3, 1), -7)]


def test_excluding_leaves_the_balance(book, cast):
    account = make_account(book)
    row = make_transaction(book, account=account, amount=-10)
    amend(book, cast, row, excluded=True)
    assert (spent(book), balance(book, account)) == (0, -10)


@pytest.mark.parametrize("changes", [{"day": DAY}, {"amount": D(1)}, {"description": "x"}])
def test_what_the_bank_tells_is_not_changed(book, cast, changes):
    row = make_transaction(book, account=make_account(book, connection=make_connection(book)))
    with pytest.raises(NotYours):
        amend(book, cast, row, **changes)


def test_changing_nothing_leaves_no_trace(book, cast):
    row = make_transaction(book, note="x", tags=["a"])
    amend(book, cast, row, note="x", tags=["a"], excluded=False)
    row.refresh_from_db()
    assert row.edited == {}
    assert not Operation.objects.filter(book=book).exists()


def test_confirming_a_category_makes_it_the_users(book, cast):
    row = make_transaction(book)
    amend(book, cast, row, category=row.category)
    row.refresh_from_db()
    assert row.category_source == "user"


def test_a_change_overwrites_no_other_column(book, cast):
    row = make_transaction(book)
    stale = Transaction.objects.get(pk=row.pk)
    amend(book, cast, row, note="first")
    amend(book, cast, stale, excluded=True)
    row.refresh_from_db()
    assert (row.note, row.excluded, set(row.edited)) == ("first", True, {"note", "excluded"})


def test_removing_a_manual_row_leaves_a_tombstone(book, cast):
    account = make_account(book, opening=10)
    row = make_transaction(book, account=account, amount=-10)
    actions.remove(book=book, by=cast.alice.user, pk=row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.removed_at, list(row.edited)) == (NOW, ["removed"])
    assert (balance(book, account), list(queries.transactions(book=book))) == (10, [])
    with pytest.raises(Transaction.DoesNotExist):
        actions.remove(book=book, by=cast.alice.user, pk=row.pk, now=NOW)


def test_a_discarded_bank_row_is_in_no_total_but_still_in_the_balance(book, cast):
    account = make_account(book, opening=10, connection=make_connection(book))
    row, other = (make_transaction(book, account=account, amount=-10) for _ in range(2))
    actions.remove(book=book, by=cast.alice.user, pk=row.pk, now=NOW)
    assert (spent(book), balance(book, account), list(queries.transactions(book=book))) == (10, -10, [other])
    assert queries.running_balances(account=account, rows=[other]) == {other.pk: -10}


def test_the_journal_holds_before_and_after(book, cast):
    row = make_transaction(book)
    amend(book, cast, row, note="new")
    change = Change.objects.get(book=book)
    assert (change.before["note"], change.after["note"], change.key) == ("", "new", row.pk)
    assert change.operation.by == cast.bob.user


def test_one_correction_changes_the_next_prediction(book, cast):
    hobby = make_category(book)
    rows = [make_transaction(book, description="STARBUCKS STORE 1234", day=date(2026, 3, day)) for day in (1, 9)]
    amend(book, cast, rows[1], category=category_of(book, "COFFEE"))
    actions.amend(book=book, by=cast.bob.user, pk=rows[0].pk, changes={"category": hobby}, now=NOW.replace(hour=13))
    found = queries.prediction(book=book, description="STARBUCKS STORE 9876", amount=D("-5.50"))
    assert found.filed.category_id == hobby.pk
    assert found.filed.source == "history"


def test_a_stranger_cannot_amend(book, cast):
    row = make_transaction(book)
    with entered(cast.stranger.book), pytest.raises(Transaction.DoesNotExist):
        actions.amend(book=cast.stranger.book, by=cast.stranger.user, pk=row.pk, changes={"note": "x"}, now=NOW)
