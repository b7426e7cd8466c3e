"""Where saving leads: by the quartiles of what was saved, and as the closed form says."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from goals.planning import projecting
from goals.planning.projecting import Band
from goals.planning.tests.examples import cents, some, tried

amounts = st.decimals(-5000, 5000, places=2)


def test_the_band_is_median_and_quartiles():
    history = [Decimal(each) for each in (100, 300, 200, 500, 400)]
    assert projecting.band_of(history) == Band(Decimal(200), Decimal(300), Decimal(400))
    assert projecting.band_of(history[:2]) is None


@tried(60)
@given(st.lists(amounts, min_size=3, max_size=12), st.fractions(0, 1))
def test_the_band_is_in_order_and_never_below_nothing(history, share):
    band = projecting.share_of(projecting.band_of(history), share, 2)
    assert 0 <= band.low <= band.middle <= band.high


def test_shares_never_come_to_more_than_the_whole():
    band = Band(Decimal("0.01"), Decimal("10.01"), Decimal("99.99"))
    thirds = [projecting.share_of(band, Fraction(1, 3), 2) for _ in range(3)]
    assert sum(each.middle for each in thirds) == Decimal("9.99")


@tried(100)
@given(saved=cents, target=some, monthly=st.decimals("0.01", 2000, places=2), months=st.integers(0, 120))
def test_each_point_is_the_closed_form(saved, target, monthly, months):
    found = projecting.points(saved=saved, target=target, band=projecting.steady(monthly), months=months)
    assert len(found) == months + 1
    for at, point in enumerate(found):
        assert point.low == point.middle == point.high == max(saved, min(target, saved + at * monthly))
    _low, after, _high = projecting.reached(saved=saved, target=target, band=projecting.steady(monthly))
    there = next((each.months for each in found if each.middle >= target), None)
    assert there == (after if after is not None and after <= months else None)
