"""How much a month it takes, when it is there, where it stands and how to catch up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.planning import pace
from goals.planning.months import LONGEST, later, whole_months
from goals.planning.pace import Track
from goals.planning.tests.examples import cents, some, tried

START = date(2026, 1, 31)
days = st.dates(date(1990, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("months", "day"),
    [(0, date(2026, 1, 31)), (1, date(2026, 2, 28)), (2, date(2026, 3, 31)), (25, date(2028, 2, 29))],
)
def test_a_month_later_is_the_same_day_or_the_last(months, day):
    assert later(START, months) == day
    assert whole_months(START, day) == months


@tried(100)
@given(start=days, ahead=st.integers(0, 10_000))
def test_whole_months_are_the_most_that_fit(start, ahead):
    end = start + timedelta(days=ahead)
    count = whole_months(start, end)
    assert later(start, count) <= end < later(start, count + 1)


@tried(100)
@given(left=some, monthly=some)
def test_the_months_for_an_amount_are_the_least_that_suffice(left, monthly):
    months = pace.months_for(left, monthly)
    if months is None:
        assert monthly * LONGEST < left
    else:
        assert monthly * (months - 1) < left <= monthly * months


@tried(100)
@given(target=some, months=st.integers(1, 600), saved=cents)
def test_what_is_needed_suffices_and_a_cent_less_does_not(target, months, saved):
    aim = pace.by_date(target=target, start=START, end=later(START, months), places=2)
    needed = pace.needed(aim, saved, START, 2)
    assert needed * months >= target - saved
    assert needed == 0 or (needed - Decimal("0.01")) * months < target - saved


def test_the_day_follows_from_the_pace():
    aim = pace.by_pace(target=Decimal(1000), start=date(2026, 3, 15), monthly=Decimal(300))
    assert aim.end == date(2026, 7, 15)
    with pytest.raises(ValueError, match="1"):
        pace.by_pace(target=Decimal(10_000), start=START, monthly=Decimal(1))


AIM = pace.by_date(target=Decimal(1200), start=date(2026, 1, 1), end=date(2027, 1, 1), places=2)


@pytest.mark.parametrize(
    ("saved", "today", "track"),
    [
        (0, date(2026, 1, 31), Track.ON_TRACK),
        (100, date(2026, 1, 31), Track.ON_TRACK),
        (101, date(2026, 1, 31), Track.AHEAD),
        (299, date(2026, 4, 1), Track.BEHIND),
        (300, date(2026, 4, 1), Track.ON_TRACK),
        (400, date(2026, 4, 1), Track.ON_TRACK),
        (401, date(2026, 4, 1), Track.AHEAD),
        (1200, date(2026, 4, 1), Track.REACHED),
        (1199, date(2027, 1, 1), Track.BEHIND),
        (1199, date(2027, 1, 2), Track.OVERDUE),
        (1200, date(2027, 1, 2), Track.REACHED),
    ],
)
def test_where_it_stands(saved, today, track):
    assert pace.track(AIM, Decimal(saved), today) == track


def test_a_chosen_pace_is_never_overdue():
    aim = pace.by_pace(target=Decimal(1200), start=date(2026, 1, 1), monthly=Decimal(100))
    assert pace.track(aim, Decimal(5), date(2028, 1, 1)) == Track.BEHIND


def test_who_is_behind_is_told_how_to_catch_up():
    """Nothing after four months: 1200 in eight is 150 a month, or four months more."""
    found = pace.advice(AIM, Decimal(0), date(2026, 5, 1), 2)
    assert (found.more, found.later) == (50, 4)
    assert pace.advice(AIM, Decimal(400), date(2026, 5, 1), 2) is None


@tried(100)
@given(target=some, months=st.integers(1, 120), gone=st.integers(0, 200), part=st.integers(0, 99))
def test_either_advice_suffices(target, months, gone, part):
    aim = pace.by_date(target=target, start=START, end=later(START, months), places=2)
    today = later(START, gone)
    saved = round(target * part / 100, 2)
    found = pace.advice(aim, saved, today, 2)
    if found is None:
        assert saved >= aim.expected(today)
        return
    left = max(whole_months(today, aim.end), 1)
    assert saved + (aim.monthly + found.more) * left >= target
    assert saved + aim.monthly * (whole_months(today, aim.end) + found.later) >= target
