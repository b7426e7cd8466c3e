"""What goals share with the rest: erased banks, undone accounts, the journal's words, and others at the same moment."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.books import entered
from banking.actions import NewAccount, open_account
from banking.actions.erasing import erase
from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_connection
from goals import actions, queries
from goals.actions import Refused
from goals.models import Debt, EarMark
from goals.tests.factories import ear_mark, make_debts, make_goal, owed, put_aside
from journal import actions as journal
from journal.models import Change, Operation

NOW = timezone.now()


def test_ear_marks_are_erased_with_what_a_bank_told(book, cast):
    read = make_account(book, opening=100, connection=make_connection(book))
    goal = make_goal(book)
    ear_mark(goal, read, amount=10)
    ear_mark(goal, make_account(book, opening=100), amount=20)
    erase(book=book, connection=read.connection, by=cast.alice.user, now=NOW)
    kept = EarMark.objects.get()
    told = Change.objects.filter(model="goals.EarMark").values_list("key", flat=True)
    assert (kept.amount, set(told)) == (20, {kept.pk})


def test_an_account_that_serves_a_goal_is_not_undone(book, cast):
    new = NewAccount(name="Jar", kind="depository", currency="USD", opening=100)
    jar = open_account(book=book, by=cast.alice.user, new=new, now=NOW)
    made = Operation.objects.get(book=book, verb="open_account")
    ear_mark(make_goal(book), jar, amount=10)
    with pytest.raises(journal.CannotUndo):
        journal.undo(book=book, by=cast.alice.user, pk=made.pk, now=NOW)
    assert EarMark.objects.count() == 1


def test_activity_says_what_was_done(book, cast):
    goal, debts = make_goal(book), make_debts(book, [owed()])
    put_aside(goal, "12.50", note="cash")
    put_aside(debts, 100)
    ear_mark(goal, make_account(book, name="Wallet", opening=100), percent=10)
    page = browse(cast.alice, book).get("/activity").content.decode()
    for words in ("Set a goal", "Bicycle", "Put money aside for a goal", "Ear-marked an account for a goal"):
        assert words in page, words
    last = Operation.objects.filter(book=book).order_by("-pk").first()
    shown = browse(cast.alice, book).get(f"/activity/{last.pk}").content.decode()
    assert "ear-marked a part of Wallet for Bicycle" in shown


def remove_contribution(goal, debts):
    entry = put_aside(debts, 100)
    return lambda: actions.remove_contribution(book=debts.book, by=None, goal=debts.pk, pk=entry.pk, now=NOW)


def remove_debt(goal, debts):
    debt = Debt.objects.get()
    return lambda: actions.remove_debt(book=debts.book, by=None, pk=debt.pk, now=NOW)


def remove_goal(goal, debts):
    put_aside(debts, 100)
    return lambda: actions.remove_goal(book=debts.book, by=None, pk=debts.pk, now=NOW)


def unlink_account(goal, debts):
    wallet = make_account(goal.book, opening=100)
    ear_mark(goal, wallet, amount=10)
    return lambda: actions.unlink_account(book=goal.book, by=None, pk=goal.pk, account_id=wallet.pk, now=NOW)


@pytest.mark.parametrize("prepared", [remove_contribution, remove_debt, remove_goal, unlink_account])
def test_whatever_writes_a_goal_holds_it_first_and_its_debts_before_payments(book, prepared):
    """So two at once wait for each other; SQLite lets one write at a time."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    call = prepared(make_goal(book), make_debts(book, [owed()]))
    with CaptureQueriesContext(connection) as made:
        call()
    held = [re.search(r'FROM "goals_(\w+)"', each["sql"]) for each in made if "FOR UPDATE" in each["sql"]]
    order = [each[1] for each in held if each]
    assert order[0] == "goal"
    assert [each for each in order if each in {"debt", "contribution"}] in ([], ["debt"], ["debt", "contribution"])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_take_the_same_money(cast):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    with entered(cast.book):
        wallet = make_account(cast.book, opening=100)
        goals = [make_goal(cast.book, name=name) for name in "ab"]
    start = Barrier(2)

    def take(goal):
        try:
            with entered(cast.book):
                start.wait()
                ear_mark(goal, wallet, amount=60)
        except Refused:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, goals)) == [False, True]
    with entered(cast.book):
        assert queries.marked(book=cast.book, today=cast.book.today(NOW)).beyond(wallet.pk, "USD") == 0
