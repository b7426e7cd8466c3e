"""What actions of goals refuse, taking an operation back refuses too, says why and changes nothing."""

import pytest
from django.utils import timezone

from banking.tests.factories import make_account, make_transaction
from goals import actions, queries
from goals.models import Contribution, EarMark, Goal
from goals.tests.factories import ear_mark, make_goal, put_aside
from journal import actions as journal
from journal.actions import CannotUndo
from journal.models import Operation

NOW = timezone.now()


@pytest.fixture
def wallet(book):
    return make_account(book, name="Wallet", opening=1000)


def last(book):
    return Operation.objects.filter(book=book).order_by("-id").first().pk


def undo(book, pk):
    return journal.undo(book=book, by=None, pk=pk, now=NOW)


def refused(book, call, said):
    def kept():
        rows = [list(model.objects.order_by("pk").values()) for model in (Goal, Contribution, EarMark)]
        return rows, Operation.objects.count()

    before = kept()
    with pytest.raises(CannotUndo, match=said):
        call()
    assert kept() == before


def archive(goal):
    actions.amend_goal(book=goal.book, by=None, pk=goal.pk, terms={"state": "archived"}, now=NOW)


def unlink(goal, account):
    actions.unlink_account(book=goal.book, by=None, pk=goal.pk, account_id=account.pk, now=NOW)


def test_what_was_taken_out_since_had_to_be_there(book):
    goal, other = make_goal(book), make_goal(book, name="Trip")
    put_aside(goal, 100)
    first = last(book)
    put_aside(goal, 5)
    put_aside(other, 5)
    put_aside(other, -5)
    put_aside(goal, -100)
    taken = last(book)
    refused(book, lambda: undo(book, first), "depends on this: Took money out of a goal")
    undo(book, taken)
    undo(book, first)
    refused(book, lambda: journal.redo(book=book, by=None, pk=taken, now=NOW), "More would be taken out")
    assert queries.standing(book=book, row=goal, today=book.today(NOW)).amount == 5


def test_an_entry_that_was_removed_since_is_named(book):
    goal = make_goal(book)
    paid, taken = put_aside(goal, 100), put_aside(goal, -100)
    actions.remove_contribution(book=book, by=None, goal=goal.pk, pk=taken.pk, now=NOW)
    removed = last(book)
    actions.remove_contribution(book=book, by=None, goal=goal.pk, pk=paid.pk, now=NOW)
    refused(book, lambda: undo(book, removed), "depends on this: Removed an entry")


def test_money_that_was_free_and_is_ear_marked_for_another_goal(book, wallet):
    goal, other = make_goal(book), make_goal(book, name="Trip")
    ear_mark(goal, wallet, amount=900)
    unlink(goal, wallet)
    first = last(book)
    ear_mark(other, wallet, amount=500)
    refused(book, lambda: undo(book, first), "depends on this: Ear-marked an account")
    unlink(other, wallet)
    undo(book, first)
    archive(goal)
    first = last(book)
    ear_mark(other, wallet, amount=500)
    refused(book, lambda: undo(book, first), "depends on this: Ear-marked an account")


def test_a_balance_that_has_fallen(book, wallet):
    goal = make_goal(book)
    ear_mark(goal, wallet, amount=900)
    ear_mark(goal, wallet, amount=700)
    less = last(book)
    make_transaction(book, account=wallet, amount=-500, day=book.today(NOW))
    refused(book, lambda: undo(book, less), "Wallet holds too little")
    Goal.objects.filter(pk=goal.pk).update(state="paused")
    actions.amend_goal(book=book, by=None, pk=goal.pk, terms={"state": "open"}, now=NOW)
    undo(book, last(book))
    assert Goal.objects.get().state == "paused"
