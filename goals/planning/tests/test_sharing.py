"""What is ear-marked is never more than the account holds, whatever it holds and whoever claims it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from goals.planning.sharing import Claim, beyond, shared, wanted
from goals.planning.tests.examples import some, tried

balances = st.decimals(-100_000, 100_000, places=2)
parts = st.one_of(
    st.builds(lambda amount: (amount, None), some),
    st.builds(lambda percent: (None, percent), st.decimals("0.0001", 100, places=4)),
)


@st.composite
def claims(draw):
    return [Claim(key, *part) for key, part in enumerate(draw(st.lists(parts, max_size=8)))]


@tried(300)
@given(balance=balances, claims=claims(), places=st.sampled_from([0, 2, 3]))
def test_never_more_than_the_account_holds(balance, claims, places):
    got = shared(balance, claims, places)
    assert sum(got.values()) <= max(balance, 0)
    assert all(0 <= got[each.key] <= wanted(each, balance, places) for each in claims)
    too_much = beyond(balance, claims, places)
    asked = sum((wanted(each, balance, places) for each in claims), Decimal(0))
    assert asked - sum(got.values()) == too_much


@tried(200)
@given(balance=balances, claims=claims())
def test_the_first_in_order_is_served_first(balance, claims):
    """Nobody gets anything while somebody before lacks something."""
    got = shared(balance, claims, 2)
    short = False
    for each in claims:
        assert not (short and got[each.key])
        short = short or got[each.key] < wanted(each, balance, 2)


def test_percentages_are_of_the_balance_and_rounded_down():
    thirds = [Claim(key, percent=Decimal("33.3333")) for key in range(3)]
    assert shared(Decimal(100), thirds, 2) == dict.fromkeys(range(3), Decimal("33.33"))
    assert shared(Decimal(-100), thirds, 2) == dict.fromkeys(range(3), 0)
    assert shared(Decimal(100), [Claim(1, Decimal(80)), Claim(2, percent=Decimal(50))], 2) == {1: 80, 2: 20}
