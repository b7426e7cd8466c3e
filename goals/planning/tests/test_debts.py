"""Paying off debts: exact, as closed forms say, and no order does better than the strategies promise."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from goals.planning import debts as paying
from goals.planning.debts import Loan, Owed, Strategy
from goals.planning.tests.examples import tried

EXACT = 12
"""Places with which rounding hides nothing."""
one = st.tuples(st.decimals(1, 3000, places=2), st.decimals(0, 40, places=2), st.decimals(5, 200, places=2))
several = st.lists(one, min_size=1, max_size=4).map(
    lambda found: [Owed(f"debt {at}", *each) for at, each in enumerate(found)]
)
extras = st.decimals(0, 300, places=2)


def brute(debts, extra, places):
    """What every order comes to, those that never end left out."""
    every = permutations(range(len(debts)))
    found = [paying.paid_in_order(debts, order=order, extra=extra, places=places) for order in every]
    return [each for each in found if each.ends]


def ends(debts, extra):
    return all(not paying.never_ends(each, 2) for each in debts)


@tried(40)
@given(debts=several, extra=extras)
def test_avalanche_costs_the_least_interest_of_all_orders(debts, extra):
    assume(ends(debts, extra))
    orders = brute(debts, extra, EXACT)
    mine = paying.planned(debts, strategy=Strategy.AVALANCHE, extra=extra, places=EXACT)
    assume(orders and mine.ends)
    assert mine.interest <= min(each.interest for each in orders) + Decimal("1e-8")
    assert mine.months == min(each.months for each in orders)


@tried(40)
@given(debts=several, extra=extras)
@example(
    debts=[Owed("small", Decimal(100), Decimal(0), Decimal(5)), Owed("quick", Decimal(110), Decimal(0), Decimal(60))],
    extra=Decimal(50),
)
def test_snowball_closes_the_first_debt_soonest_of_all_orders(debts, extra):
    assume(ends(debts, extra))
    orders = brute(debts, extra, 2)
    mine = paying.planned(debts, strategy=Strategy.SNOWBALL, extra=extra, places=2)
    assume(orders and mine.ends)
    assert mine.first == min(each.first for each in orders)


@tried(40)
@given(debts=several, extra=extras, strategy=st.sampled_from([Strategy.SNOWBALL, Strategy.AVALANCHE]))
def test_every_cent_is_accounted_for(debts, extra, strategy):
    found = paying.planned(debts, strategy=strategy, extra=extra, places=2)
    assume(found.ends)
    budget = sum((each.minimum for each in debts), extra)
    assert found.paid == sum(each.balance for each in debts) + found.interest
    for month in range(1, found.months + 1):
        lines = [each for each in found.lines if each.month == month]
        paid = sum(each.payment for each in lines)
        assert paid == budget if month < found.months else 0 < paid <= budget
    for debt in debts:
        before = debt.balance
        for each in (line for line in found.lines if line.name == debt.name):
            assert each.interest == paying.interest_of(before, debt.rate, 2)
            assert each.balance == before + each.interest - each.payment
            before = each.balance
        assert before == 0


def test_with_like_minimums_and_rates_the_smallest_debt_goes_first():
    debts = [Owed(str(size), Decimal(size), Decimal(10), Decimal(50)) for size in (900, 300, 600)]
    found = paying.planned(debts, strategy=Strategy.SNOWBALL, extra=Decimal(100), places=2)
    assert found.order == ("300", "600", "900")


def test_a_schedule_by_hand():
    """1000 at 12 percent: 1 percent a month, 400 each time."""
    debt = Owed("card", Decimal(1000), Decimal(12), Decimal(400))
    found = paying.planned([debt], strategy=Strategy.AVALANCHE, extra=Decimal(0), places=2)
    rows = [(line.interest, line.payment, line.balance) for line in found.lines]
    assert rows == [
        (Decimal("10.00"), Decimal("400.00"), Decimal("610.00")),
        (Decimal("6.10"), Decimal("400.00"), Decimal("216.10")),
        (Decimal("2.16"), Decimal("218.26"), Decimal("0.00")),
    ]
    assert (found.months, found.interest, found.closed) == (3, Decimal("18.26"), (3,))


def test_what_a_closed_debt_leaves_goes_on_to_the_next_in_the_same_month():
    debts = [Owed("a", Decimal(10), Decimal(0), Decimal(40)), Owed("b", Decimal(100), Decimal(0), Decimal(10))]
    found = paying.planned(debts, strategy=Strategy.SNOWBALL, extra=Decimal(0), places=2)
    assert [(line.month, line.name, line.payment) for line in found.lines] == [
        (1, "a", 10),
        (1, "b", 40),
        (2, "b", 50),
        (3, "b", 10),
    ]


@pytest.mark.parametrize(("minimum", "endless"), [("10.00", True), ("9.99", True), ("10.01", False), ("0", True)])
def test_a_minimum_below_the_interest_never_ends(minimum, endless):
    debt = Owed("card", Decimal(1000), Decimal(12), Decimal(minimum))
    assert paying.never_ends(debt, 2) is endless
    found = paying.planned([debt], strategy=Strategy.AVALANCHE, extra=Decimal(0), places=2)
    assert found.ends is not endless
    assert paying.planned([debt], strategy=Strategy.AVALANCHE, extra=Decimal(30), places=2).ends


def test_what_grows_without_end_is_given_up():
    debt = Owed("card", Decimal(10) ** 11, Decimal(1000), Decimal(1))
    assert not paying.planned([debt], strategy=Strategy.AVALANCHE, extra=Decimal(0), places=2).ends


@tried(60)
@given(whole=st.decimals(1, 100_000, places=2), rate=st.decimals(0, 40, places=2), months=st.integers(1, 120))
def test_the_instalment_of_a_loan_is_the_closed_form(whole, rate, months):
    """Its present value is the loan, and a cent less would not pay it."""
    payment = paying.instalment(whole, rate, months, 2)
    monthly = rate / 1200

    def worth(amount):
        return amount * months if not monthly else amount * (1 - (1 + monthly) ** -months) / monthly

    assert worth(payment) >= whole - Decimal("1e-15")
    assert worth(payment - Decimal("0.01")) < whole


@tried(40)
@given(debts=several, rate=st.decimals(0, 30, places=2), fee=st.decimals(0, 500, places=2), months=st.integers(1, 120))
def test_a_loan_is_paid_back_in_time_and_to_the_cent(debts, rate, fee, months):
    found = paying.consolidated(debts, loan=Loan(rate, fee, months), extra=Decimal(0), places=2)
    owed = sum(each.balance for each in debts)
    assert found.ends
    assert found.months <= months
    assert found.paid == owed + fee + found.interest
    assert found.cost == found.interest + fee
    quicker = paying.consolidated(debts, loan=Loan(rate, fee, months), extra=Decimal(50), places=2)
    assert quicker.months <= found.months
    assert quicker.interest <= found.interest


@tried(15)
@given(debts=several, months=st.integers(1, 60), strategy=st.sampled_from([Strategy.SNOWBALL, Strategy.AVALANCHE]))
def test_the_extra_payment_for_a_day_is_the_least(debts, months, strategy):
    extra = paying.extra_for(debts, strategy=strategy, loan=None, months=months, places=2)
    found = paying.planned(debts, strategy=strategy, extra=extra, places=2)
    assert found.ends
    assert found.months <= months
    if extra:
        less = paying.planned(debts, strategy=strategy, extra=extra - Decimal("0.01"), places=2)
        assert not less.ends or less.months > months


def test_consolidation_is_compared_only_with_a_loan():
    debts = [Owed("card", Decimal(1000), Decimal(20), Decimal(50))]
    without = paying.compared(debts, extra=Decimal(0), loan=None, places=2)
    beside = paying.compared(debts, extra=Decimal(0), loan=Loan(Decimal(5), Decimal(10), 24), places=2)
    assert [each.strategy for each in without] == ["snowball", "avalanche"]
    assert [each.strategy for each in beside] == ["snowball", "avalanche", "consolidation"]
    with pytest.raises(ValueError, match="consolidation"):
        paying.planned(debts, strategy=Strategy.CONSOLIDATION, extra=Decimal(0), places=2)
