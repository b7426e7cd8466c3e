"""What is rolled over equals its closed form, over 36 periods, to the cent."""

from decimal import Decimal
from itertools import accumulate

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgeting.carrying import Rollover, Step, carried

quickly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENTS = st.integers(-200_000, 200_000).map(lambda cents: Decimal(cents).scaleb(-2))
LEFT = st.lists(CENTS, min_size=36, max_size=36)
CAPS = st.integers(0, 300_000).map(lambda cents: Decimal(cents).scaleb(-2))


def steps(left, rollover, cap=None):
    """Periods of which so much would be left by itself, from a budget, a move and spending."""
    return [Step(Decimal(500), each / 2, Decimal(500) - each + each / 2, rollover, cap) for each in left]


def ends(left):
    """What the last periods come to, by how many they are: 1, 2 … 36."""
    return list(accumulate(reversed(left)))


@quickly
@given(LEFT)
def test_nothing_goes_on(left):
    assert carried(steps(left, Rollover.NONE)) == 0


@quickly
@given(LEFT)
def test_everything_goes_on_as_the_plain_sum(left):
    assert carried(steps(left, Rollover.BOTH)) == sum(left)


@quickly
@given(LEFT)
def test_what_is_left_goes_on_as_the_largest_sum_of_the_last_periods(left):
    assert carried(steps(left, Rollover.SURPLUS)) == max(0, *ends(left))


@quickly
@given(LEFT, CAPS)
def test_with_a_cap_it_is_the_least_that_some_period_let_through(left, cap):
    whole, *after = reversed([Decimal(0), *ends(left)])
    assert carried(steps(left, Rollover.BOTH, cap)) == min(whole, *(cap + each for each in after))


@quickly
@given(LEFT, CAPS)
def test_both_limits_are_never_passed(left, cap):
    carry = Decimal(0)
    for count, each in enumerate(left, start=1):
        carry = max(min(carry + each, cap), Decimal(0))
        assert carried(steps(left[:count], Rollover.SURPLUS, cap)) == carry
