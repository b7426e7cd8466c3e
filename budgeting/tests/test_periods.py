"""Periods tile the calendar: every day lies in exactly one, of every kind."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.periods import MONTHLY, Cycle, Kind, Period, Shift

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 1))
CYCLES = st.builds(
    Cycle,
    kind=st.sampled_from(Kind),
    anchor=DAYS,
    day=st.integers(1, 31),
    month=st.integers(1, 12),
    shift=st.sampled_from(Shift),
)
LENGTHS = {
    Kind.MONTH: (28, 31),
    Kind.WEEK: (7, 7),
    Kind.TWO_WEEKS: (14, 14),
    Kind.FOUR_WEEKS: (28, 28),
    Kind.QUARTER: (90, 92),
    Kind.YEAR: (365, 366),
    Kind.FISCAL_YEAR: (365, 366),
    Kind.CUSTOM_MONTH: (25, 35),
}


@given(CYCLES, DAYS)
def test_every_day_lies_in_its_period(cycle, day):
    period = cycle.period_of(day)
    assert day in period
    low, high = LENGTHS[cycle.kind]
    assert low <= period.days <= high
    assert all(cycle.period_of(each) == period for each in (period.start, period.last))


@given(CYCLES, DAYS)
def test_no_day_is_left_out_and_none_is_in_two(cycle, day):
    period = cycle.period_of(day)
    after, before = cycle.next(period), cycle.previous(period)
    assert (before.end, after.start) == (period.start, period.end)
    assert cycle.previous(after) == cycle.next(before) == period
    assert list(cycle.periods(before.start, after.end)) == [before, period, after]
    assert cycle.back(after, 2) == [period, before]


@given(CYCLES, DAYS)
def test_what_does_not_matter_makes_no_other_cycle(cycle, day):
    assert cycle.plain.period_of(day) == cycle.period_of(day)
    assert Cycle.named(cycle.name) == cycle.plain == cycle.plain.plain


@pytest.mark.parametrize("name", ["", "day", "week", "week-7", "month-1", "fiscal_year-13-1", "custom_month-0-none"])
def test_what_is_no_name_of_a_cycle(name):
    with pytest.raises(ValueError):
        Cycle.named(name)


@given(st.dates(date(1901, 1, 1), date(2199, 1, 1)), st.integers(1, 31), st.sampled_from(Shift))
def test_a_custom_month_begins_where_it_is_paid(day, first, shift):
    """Against the plain definition: the day of each month, clamped and moved off the weekend, and the last before."""
    starts = []
    for back in range(-2, 3):
        months = day.year * 12 + day.month - 1 + back
        year, month = months // 12, months % 12 + 1
        start = date(year, month, min(first, monthrange(year, month)[1]))
        while shift != Shift.NONE and start.isoweekday() > 5:
            start += timedelta(days=1 if shift == Shift.AFTER else -1)
        starts.append(start)
    assert Cycle(Kind.CUSTOM_MONTH, day=first, shift=shift).period_of(day).start == max(s for s in starts if s <= day)


@pytest.mark.parametrize(
    ("cycle", "day", "start", "end"),
    [
        (MONTHLY, date(2024, 2, 29), date(2024, 2, 1), date(2024, 3, 1)),
        (Cycle(Kind.WEEK), date(2026, 3, 11), date(2026, 3, 9), date(2026, 3, 16)),
        (Cycle(Kind.WEEK, anchor=date(2026, 3, 1)), date(2026, 3, 11), date(2026, 3, 8), date(2026, 3, 15)),
        (Cycle(Kind.TWO_WEEKS, anchor=date(2026, 3, 6)), date(2026, 3, 5), date(2026, 2, 20), date(2026, 3, 6)),
        (Cycle(Kind.QUARTER), date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
        (Cycle(Kind.YEAR), date(2024, 2, 29), date(2024, 1, 1), date(2025, 1, 1)),
        (Cycle(Kind.FISCAL_YEAR, month=2, day=29), date(2024, 2, 28), date(2023, 2, 28), date(2024, 2, 29)),
        (Cycle(Kind.FISCAL_YEAR, month=2, day=29), date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        (Cycle(Kind.FISCAL_YEAR, month=4, day=6), date(2026, 4, 5), date(2025, 4, 6), date(2026, 4, 6)),
        (Cycle(Kind.CUSTOM_MONTH, day=31), date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 31)),
        # The 1st of August 2026 is a Saturday: paid on Friday, the 31st of July.
        (Cycle(Kind.CUSTOM_MONTH, shift=Shift.BEFORE), date(2026, 7, 31), date(2026, 7, 31), date(2026, 9, 1)),
        # The 31st of January 2026 is a Saturday: paid on Monday, the 2nd of February.
        (Cycle(Kind.CUSTOM_MONTH, day=31, shift=Shift.AFTER), date(2026, 2, 1), date(2025, 12, 31), date(2026, 2, 2)),
    ],
)
def test_known_periods(cycle, day, start, end):
    assert cycle.period_of(day) == Period(start, end)


def test_how_much_of_it_is_gone():
    april = MONTHLY.period_of(date(2026, 4, 9))
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 15), date(2026, 4, 30), date(2026, 5, 9))
    assert [april.gone(day) for day in days] == [0, Fraction(1, 30), Fraction(1, 2), 1, 1]
