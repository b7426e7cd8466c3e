"""What there is to tell about goals, by the numbers of their pages."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from goals import news
from goals.actions import contribute
from goals.tests.factories import make_goal
from notifications.tests.factories import tell_of, told_to

TODAY = NOW.date()


@pytest.fixture
def book(cast):
    with entered(cast.book):
        yield cast.book


def said(find, book):
    return [(event.key, event.period, event.title) for event in find(book, NOW)]


def give(goal, amount):
    contribute(book=goal.book, by=None, pk=goal.pk, amount=Decimal(amount), day=TODAY, now=NOW)


def test_a_goal_is_reached_once_and_with_another_target_again(book, cast):
    goal = make_goal(book, target=Decimal(100), now=NOW)
    assert said(news.reached, book) == []
    give(goal, 100)
    for _ in range(2):
        tell_of(book, *news.reached(book, NOW), kind="goal_reached", now=NOW)
    [told] = told_to(book, cast.alice.user)
    assert (told.title, told.url) == ("Bicycle is reached", f"/goals/{goal.pk}")
    assert "100" in told.body


def test_a_goal_that_falls_behind_is_told_once_a_month(book):
    goal = make_goal(book, now=NOW - timedelta(days=100))
    later = NOW + timedelta(days=31)
    [(key, month, title)] = said(news.off_track, book)
    assert (key, month, title) == (str(goal.pk), "2026-03-behind", "Bicycle has fallen behind")
    assert [event.period for event in news.off_track(book, later)] == ["2026-04-behind"]
    give(goal, 1000)
    assert said(news.off_track, book) == []
