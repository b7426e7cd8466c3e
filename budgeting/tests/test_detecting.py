"""What comes again is found among what does not, on made-up lives of which the truth is known."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from budgeting.recurring import Frequency, Movement, Rhythm, detect
from budgeting.tests.recurring_lives import population

SERIES = 500


def bills(*days, amount="-9.99"):
    return [Movement(n, day, Decimal(amount)) for n, day in enumerate(days)]


def test_series_are_found_and_nothing_else():
    """Recall at least 0.95, precision at least 0.97; by frequency in the output of a failure and of `pytest -s`."""
    there, told, right = Counter(), Counter(), Counter()
    for merchant in population(seed=1, count=SERIES):
        there[merchant.frequency] += 1
        found = detect(merchant.movements)
        told.update(series.frequency for series in found)
        right[merchant.frequency] += any(_is_it(series, merchant) for series in found)
    for frequency in Frequency:
        print(f"{frequency:14} there {there[frequency]:3} told {told[frequency]:3} right {right[frequency]:3}")
    assert sum(right.values()) >= 0.95 * SERIES
    assert sum(right.values()) >= 0.97 * told.total()


def _is_it(series, merchant):
    """The same frequency, and all but the same movements: at most one stranger, at least seven tenths of its own."""
    keys = {movement.key for movement in series.movements}
    same = series.frequency == merchant.frequency
    return same and len(keys - merchant.series) <= 1 and len(keys & merchant.series) >= 0.7 * len(merchant.series)


def test_a_subscription_is_found_among_purchases_at_the_same_shop():
    bought = [
        Movement(100 + n, date(2025, 1, 3) + timedelta(days=11 * n % 360), Decimal(-7 * n - 3)) for n in range(30)
    ]
    [found] = detect([*bills(*(date(2025, month, 7) for month in range(1, 13)), amount="-14.99"), *bought])
    assert (found.frequency, len(found.movements), found.amount) == (Frequency.MONTHLY, 12, Decimal("-14.99"))
    assert found.next_on == date(2026, 1, 7)


def test_the_last_of_each_month_stays_the_last():
    [found] = detect(bills(date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)))
    assert (found.frequency, found.next_on) == (Frequency.MONTHLY, date(2024, 5, 31))


def test_a_price_that_rose_is_what_to_expect():
    days = [date(2025, month, 12) for month in range(1, 9)]
    rows = [Movement(n, day, Decimal("-9.99") if n < 5 else Decimal("-11.99")) for n, day in enumerate(days)]
    [found] = detect(rows)
    assert found.amount == Decimal("-11.99")


def test_a_month_without_is_left_out_and_an_end_is_seen():
    days = [date(2025, month, 12) for month in (1, 2, 3, 5, 6, 7, 8)]
    [found] = detect(bills(*days))
    assert found.left_out == (date(2025, 4, 12),)
    assert not found.has_ended(date(2025, 10, 12))
    assert found.has_ended(date(2025, 11, 1))


def test_two_subscriptions_of_one_merchant_are_two():
    small = bills(*(date(2025, month, 3) for month in range(1, 10)), amount="-2.99")
    large = [Movement(50 + n, date(2025, 1 + n, 20), Decimal("-19.99")) for n in range(9)]
    assert sorted(series.amount for series in detect([*small, *large])) == [Decimal("-19.99"), Decimal("-2.99")]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_movements_are_no_month_yet(count):
    assert detect(bills(*(date(2025, month, 3) for month in range(1, count + 1)))) == []


@pytest.mark.parametrize("frequency", Frequency)
def test_each_day_of_a_rhythm_lies_in_its_own_slot_and_leads_to_the_next(frequency):
    rhythm = Rhythm(
        frequency, anchor=date(2024, 2, 29), days=(14, 29)[: 1 + (frequency == "twice_a_month")], phase=24289
    )
    first = rhythm.slot(date(2023, 11, 5))
    days = [rhythm.day(slot) for slot in range(first, first + 40)]
    assert days == sorted(set(days))
    assert [rhythm.slot(day) for day in days] == list(range(first, first + 40))
    assert [rhythm.after(day) for day in days[:-1]] == days[1:]
