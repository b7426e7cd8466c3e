"""Manual accounts and categories of one's own."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Conflicting, NewAccount, NewCategory, NotYours, Refused
from banking.models import Account
from banking.tests.factories import DAY, category_of, make_account, make_connection, make_transaction

D = Decimal
CASH = NewAccount("Cash", "depository", "USD", D("12.50"))


def open_account(book, cast, new=CASH):
    return actions.open_account(book=book, by=cast.alice.user, new=new, now=NOW)


def create(book, cast, **given):
    return actions.create_category(book=book, by=cast.alice.user, new=NewCategory(**given), now=NOW)


def test_open_amend_close_reopen(book, cast):
    account = open_account(book, cast)
    by = cast.alice.user
    changes = {"name": "Purse", "opening": D(20)}
    actions.amend_account(book=book, by=by, pk=account.pk, changes=changes, now=NOW)
    assert [(each.account.name, each.balance) for each in queries.accounts(book=book, today=DAY)] == [("Purse", 20)]
    actions.close_account(book=book, by=by, pk=account.pk, now=NOW)
    assert queries.accounts(book=book, today=DAY) == []
    with pytest.raises(Conflicting):
        actions.close_account(book=book, by=by, pk=account.pk, now=NOW)
    actions.reopen_account(book=book, by=by, pk=account.pk, now=NOW)
    assert len(queries.accounts(book=book, today=DAY)) == 1


@pytest.mark.parametrize(
    "new",
    [
        NewAccount("", "depository", "USD"),
        NewAccount("a\u202eb", "depository", "USD"),
        NewAccount("Cash", "piggy", "USD"),
        NewAccount("Cash", "depository", "XXX"),
        NewAccount("Cash", "depository", "JPY", D("0.5")),
    ],
)
def test_a_bad_account_is_refused(book, cast, new):
    with pytest.raises(Refused):
        open_account(book, cast, new)
    assert not Account.objects.filter(book=book).exists()


def test_a_linked_account_can_only_be_renamed(book, cast):
    account = make_account(book, connection=make_connection(book))
    by = cast.alice.user
    actions.amend_account(book=book, by=by, pk=account.pk, changes={"name": "Mine"}, now=NOW)
    for changes in ({"opening": D(1)}, {"name": "x", "kind": "loan"}):
        with pytest.raises(NotYours):
            actions.amend_account(book=book, by=by, pk=account.pk, changes=changes, now=NOW)
    with pytest.raises(NotYours):
        actions.close_account(book=book, by=by, pk=account.pk, now=NOW)
    account.refresh_from_db()
    assert (account.name, account.opening) == ("Mine", 0)


def test_a_category_inside_another(book, cast):
    food = category_of(book, "FOOD")
    row = create(book, cast, name="Ice cream", parent=food)
    assert (row.kind, row.colour, row.icon) == (food.kind, food.colour, food.icon)
    branch = next(each for each in queries.categories(book=book) if each.category == food)
    assert row in branch.children


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Hobby"},
        {"name": "Hobby", "kind": "gift"},
        {"name": "", "kind": "expense"},
        {"name": "GROCERIES", "kind": "expense"},
        {"name": "x\x00", "kind": "expense"},
    ],
)
def test_a_bad_category_is_refused(book, cast, given):
    with pytest.raises(Refused):
        create(book, cast, **given)


def test_two_levels_are_enough_and_kinds_agree(book, cast):
    with pytest.raises(Refused):
        create(book, cast, name="Latte", parent=category_of(book, "COFFEE"))
    with pytest.raises(Refused):
        create(book, cast, name="Latte", parent=category_of(book, "FOOD"), kind="income")


def test_rename_and_archive(book, cast):
    food, by = category_of(book, "FOOD"), cast.alice.user
    row = make_transaction(book)
    actions.rename_category(book=book, by=by, pk=food.pk, name="Eating", now=NOW)
    with pytest.raises(Conflicting):
        actions.rename_category(book=book, by=by, pk=food.pk, name="rent", now=NOW)
    actions.archive_category(book=book, by=by, pk=food.pk, archived=True, now=NOW)
    assert not {food, category_of(book, "COFFEE")} & set(queries.category_rows(book=book))
    assert queries.transaction(book=book, pk=row.pk).category.code == "COFFEE"
    coffee = category_of(book, "COFFEE")
    with pytest.raises(Conflicting):
        actions.amend(book=book, by=by, pk=row.pk, changes={"category": coffee}, now=NOW)
    actions.archive_category(book=book, by=by, pk=food.pk, archived=False, now=NOW)
    assert food in queries.category_rows(book=book)


def test_uncategorised_is_needed(book, cast):
    pk = category_of(book, "UNCATEGORISED").pk
    with pytest.raises(Conflicting):
        actions.archive_category(book=book, by=cast.alice.user, pk=pk, archived=True, now=NOW)
