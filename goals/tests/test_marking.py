"""Parts of accounts are ear-marked for goals: never more than there is, also after the balance has fallen."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.books import entered
from banking.tests.factories import make_account, make_transaction
from goals import actions, queries
from goals.actions import Refused
from goals.models import EarMark
from goals.planning.tests.examples import TIMES
from goals.tests.factories import ear_mark, make_debts, make_goal, owed


@pytest.fixture
def wallet(book):
    return make_account(book, name="Wallet", opening=1000)


def held(goal):
    now = timezone.now()
    return queries.standing(book=goal.book, row=goal, today=goal.book.today(now)).amount


def spend(account, amount):
    make_transaction(account.book, account=account, amount=-amount, day=account.book.today(timezone.now()))


def test_an_account_serves_several_goals(book, wallet):
    one, other = make_goal(book), make_goal(book, name="Trip")
    ear_mark(one, wallet, percent=25)
    ear_mark(other, wallet, amount=750)
    assert (held(one), held(other)) == (250, 750)


def test_no_more_than_it_holds(book, wallet):
    ear_mark(make_goal(book), wallet, amount=600)
    other = make_goal(book, name="Trip")
    with pytest.raises(Refused, match=r"Wallet holds 1000.00 USD. 400.00 of it is free, and 401.00 was"):
        ear_mark(other, wallet, amount=401)
    assert EarMark.objects.count() == 1
    ear_mark(other, wallet, amount=400)


def test_after_a_fall_the_first_goals_are_served_first(book, wallet):
    last, first, second = (
        make_goal(book, name=name, priority=priority) for name, priority in (("c", 5), ("a", 1), ("b", 5))
    )
    for goal, amount in ((last, 300), (first, 300), (second, 400)):
        ear_mark(goal, wallet, amount=amount)
    spend(wallet, 550)
    assert [held(each) for each in (first, last, second)] == [300, 150, 0]
    found = queries.standing(book=book, row=second, today=book.today(timezone.now()))
    assert found.lacks == 400


def test_after_a_fall_less_may_be_ear_marked_but_not_more(book, wallet):
    goal = make_goal(book)
    ear_mark(goal, wallet, amount=900)
    spend(wallet, 500)
    ear_mark(goal, wallet, amount=800)
    with pytest.raises(Refused):
        ear_mark(goal, wallet, amount=801)


def test_archived_goals_leave_their_part_to_others(book, wallet):
    goal, now = make_goal(book), timezone.now()
    ear_mark(goal, wallet, amount=900)
    actions.amend_goal(book=book, by=None, pk=goal.pk, terms={"state": "archived"}, now=now)
    other = make_goal(book, name="Trip")
    ear_mark(other, wallet, amount=500)
    assert held(other) == 500
    with pytest.raises(Refused, match="500.00 of it is free"):
        actions.amend_goal(book=book, by=None, pk=goal.pk, terms={"state": "open"}, now=now)
    less = [actions.Share(wallet, Decimal(500))]
    actions.amend_goal(book=book, by=None, pk=goal.pk, terms={"state": "open", "shares": less}, now=now)
    assert held(goal) == held(other) == 500


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({"currency": "EUR"}, "is in EUR and the goal in USD"),
        ({"kind": "credit"}, "is owed"),
        ({"closed_at": timezone.now()}, "is closed"),
    ],
)
def test_what_cannot_be_linked(book, account, said):
    with pytest.raises(Refused, match=said):
        ear_mark(make_goal(book), make_account(book, **account), percent=10)


@pytest.mark.parametrize("size", [{}, {"amount": 1, "percent": 1}, {"percent": 101}, {"amount": 0}])
def test_what_is_no_part(book, wallet, size):
    with pytest.raises(Refused):
        ear_mark(make_goal(book), wallet, **size)


def test_debts_have_no_accounts(book, wallet):
    with pytest.raises(Refused, match="has none"):
        ear_mark(make_debts(book, [owed()]), wallet, amount=1)


def test_an_account_of_another_book(book, cast):
    with entered(cast.stranger.book):
        theirs = make_account(cast.stranger.book, opening=100)
    with pytest.raises(Refused, match="not in this book"):
        ear_mark(make_goal(book), theirs, amount=1)


moves = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["amount", "percent", "spend"]),
        st.integers(1, 1200),
    ),
    max_size=8,
)


@settings(
    max_examples=8 * TIMES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves)
def test_goals_together_never_count_more_than_the_account_holds(book, wallet, moves):
    goals = [make_goal(book, name=name, priority=at + 1) for at, name in enumerate("abc")]
    for at, what, size in moves:
        if what == "spend":
            spend(wallet, size)
            continue
        before = queries.marked(book=book, today=book.today(timezone.now())).beyond(wallet.pk, "USD")
        try:
            ear_mark(goals[at], wallet, **{what: size if what == "amount" else size % 100 + 1})
        except Refused:
            continue
        after = queries.marked(book=book, today=book.today(timezone.now())).beyond(wallet.pk, "USD")
        assert after == 0 or after <= before
    there = queries.marked(book=book, today=book.today(timezone.now())).balance(wallet.pk)
    assert sum(held(each) for each in goals) <= max(there, Decimal(0))
