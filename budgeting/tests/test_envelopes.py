"""What is to assign: its closed form over three years, what moves it, and giving it out."""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import NOW
from banking import totals
from banking.models import Account, Transaction
from banking.tests.factories import make_account, make_category, make_transaction
from budgeting import actions, queries
from budgeting.models import Budget, BudgetMode, BudgetMove
from budgeting.periods import MONTHLY, Cycle, Kind, Shift
from budgeting.tests.factories import make_budget

EXAMPLES = int(os.environ.get("ENVELOPE_EXAMPLES", "2"))
TODAY = date(2026, 3, 15)
LIVED = [
    (MONTHLY, "Pacific/Auckland", datetime(2026, 3, 31, 11, 30, tzinfo=UTC)),
    (Cycle(Kind.WEEK), "America/New_York", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
    (Cycle(Kind.TWO_WEEKS, anchor=date(2026, 3, 6)), "Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
    (Cycle(Kind.FOUR_WEEKS), "UTC", datetime(2024, 2, 29, 23, 59, tzinfo=UTC)),
    (Cycle(Kind.QUARTER), "Etc/GMT+12", datetime(2026, 4, 1, 11, 59, tzinfo=UTC)),
    (Cycle(Kind.YEAR), "Pacific/Kiritimati", datetime(2025, 12, 31, 10, 1, tzinfo=UTC)),
    (Cycle(Kind.FISCAL_YEAR, month=2, day=29), "Asia/Kolkata", datetime(2024, 2, 28, 18, 31, tzinfo=UTC)),
    (Cycle(Kind.CUSTOM_MONTH, day=31, shift=Shift.BEFORE), "America/Sao_Paulo", datetime(2026, 1, 31, tzinfo=UTC)),
]
DAYS = 1095
LIVES = st.lists(
    st.tuples(
        st.integers(-DAYS - 100, 40),
        st.integers(-60_000, 60_000).filter(bool),
        st.sampled_from(["all", "part", "other", "pay"]),
        st.integers(0, 2),
    ),
    min_size=30,
    max_size=60,
)


def left_to_assign(book, today=TODAY):
    return queries.to_assign(book=book, today=today).amount


def live(book, accounts, rows):
    Transaction.objects.filter(book=book).delete()
    made = [
        Transaction(
            book=book,
            account=accounts[at],
            origin="manual",
            day=day,
            amount=amount,
            currency="USD",
            category=category,
        )
        for day, amount, category, at in rows
    ]
    Transaction.objects.bulk_create(made)
    totals.rebuild(book=book)


@pytest.mark.parametrize(("cycle", "zone", "moment"), LIVED, ids=[each[0].name for each in LIVED])
def test_with_all_handed_on_it_equals_its_closed_form(book, cast, cycle, zone, moment):
    """Openings and all flows that no envelope covers, less all amounts of all periods so far.

    Flows from before the budgets began, within a group of which a part has a budget of its own for some time, and one
    of a member, and entered for days to come.
    """
    book.time_zone = zone
    book.save()
    today = book.today(moment)
    kept = {name: make_category(book, name=name) for name in ("all", "part", "other")}
    kept["pay"] = make_category(book, name="pay", kind="income")
    kept["part"].parent = kept["all"]
    kept["part"].save()
    openings = [Decimal("1000.01"), Decimal("-250.50"), Decimal(3)]
    kinds = ("depository", "credit", "depository")
    accounts = [make_account(book, kind=kind, opening=each) for kind, each in zip(kinds, openings, strict=True)]
    Account.objects.filter(pk=accounts[1].pk).update(holder=cast.bob.user)
    first = cycle.period_of(today - timedelta(days=DAYS)).start
    middle = cycle.period_of(today - timedelta(days=300)).start
    make_budget(book, category=kept["all"], amount="123.45", day=first, cycle=cycle, rollover="both")
    make_budget(book, category=kept["part"], amount="9.99", day=middle, cycle=cycle, rollover="both")
    make_budget(
        book, category=kept["part"], amount=5, day=middle, cycle=cycle, rollover="both", member=cast.bob.user.pk
    )
    since = {"all": first, "part": first}
    given_out = sum(
        Decimal("123.45") + (Decimal("14.99") if period.start >= middle else 0)
        for period in cycle.periods(first, today + timedelta(days=1))
    )

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(LIVES)
    def lived(life):
        rows = [(today + timedelta(days=day), Decimal(cents).scaleb(-2), name, at) for day, cents, name, at in life]
        live(book, accounts, [(day, amount, kept[name], at) for day, amount, name, at in rows])
        free = sum(amount for day, amount, name, _at in rows if day <= today and day < since.get(name, date.max))
        assert left_to_assign(book, today) == sum(openings) + free - given_out

    lived()


@pytest.fixture
def purse(book):
    return make_account(book, opening=Decimal(1000))


def test_what_moves_it(book, purse):
    """Spending within an envelope does not, income raises it, setting more and spending beside one lower it."""
    make_budget(book, amount=100)
    told = [left_to_assign(book)]
    make_transaction(book, account=purse, amount=-30, day=TODAY)
    told.append(left_to_assign(book))
    make_transaction(book, account=purse, amount=-90, day=TODAY)
    told.append(left_to_assign(book))
    make_transaction(book, account=purse, amount=500, category="SALARY", day=TODAY)
    told.append(left_to_assign(book))
    make_budget(book, amount=150)
    told.append(left_to_assign(book))
    make_transaction(book, account=purse, amount="-7.77", category="FUEL", day=TODAY)
    assert [*told, left_to_assign(book)] == [900, 900, 900, 1400, 1350, Decimal("1342.23")]


@pytest.mark.parametrize(
    ("rollover", "spent", "after"),
    [("none", 40, 860), ("none", 140, 760), ("surplus", 40, 800), ("surplus", 140, 760), ("both", 140, 800)],
)
def test_in_the_next_period(book, purse, rollover, spent, after):
    """What is left and not handed on comes back; what was overspent and not handed on is missing."""
    make_budget(book, amount=100, rollover=rollover)
    make_transaction(book, account=purse, amount=-spent, day=TODAY)
    assert left_to_assign(book) == 900
    assert left_to_assign(book, date(2026, 4, 1)) == after


def test_what_is_no_money_to_give_out(book, purse):
    for more in ({"kind": "loan"}, {"kind": "investment"}, {"currency": "EUR"}, {"closed_at": NOW}):
        make_account(book, opening=5, **more)
    make_transaction(book, account=purse, amount=-5, pending=True, day=TODAY)
    make_transaction(book, account=purse, amount=700, category="SALARY", day=TODAY + timedelta(days=1))
    assert left_to_assign(book) == 1000


def test_what_is_entered_ahead_changes_nothing_until_its_day_or_after(book, purse):
    make_budget(book, amount=100)
    make_transaction(book, account=purse, amount=-30, day=TODAY + timedelta(days=2))
    found = queries.to_assign(book=book, today=TODAY)
    assert (found.amount, found.held.amount, left_to_assign(book, TODAY + timedelta(days=2))) == (900, 100, 900)


def test_its_parts(book, purse):
    make_budget(book, amount=100)
    make_budget(book, category="RENT", amount=10, cycle=Cycle(Kind.WEEK))
    make_transaction(book, account=purse, amount=-25, category="RENT", day=TODAY)
    found = queries.to_assign(book=book, today=TODAY)
    parts = (found.balance.amount, found.held.amount, found.overspent.amount, found.amount)
    assert (parts, found.twice) == ((975, 100, 15, 890), [])
    make_budget(book, category="RENT", amount=1)
    assert queries.to_assign(book=book, today=TODAY).twice == ["Rent"]


@pytest.fixture
def envelopes(book, purse):
    actions.choose_mode(book=book, by=None, mode="envelopes", now=NOW)
    return make_budget(book, amount=100), make_budget(book, category="RENT", amount=400)


def moved(book, source, target, amount, day=TODAY):
    pks = (each and each.pk for each in (source, target))
    names = dict(zip(("source", "target"), pks, strict=True))
    amount = None if amount is None else Decimal(amount)
    return actions.move_money(book=book, by=None, **names, amount=amount, day=day, today=TODAY, now=NOW)


def test_giving_out_and_taking_back(book, envelopes):
    coffee, rent = envelopes
    moved(book, None, coffee, "20.50")
    assert left_to_assign(book) == Decimal("479.50")
    moved(book, rent, None, 100)
    assert left_to_assign(book) == Decimal("579.50")
    assert moved(book, None, rent, None).amount == Decimal("579.50")
    held = [queries.progress(book=book, pk=each.pk, day=TODAY, today=TODAY).available for each in envelopes]
    assert (left_to_assign(book), held) == (0, [Decimal("120.50"), Decimal("879.50")])
    assert Budget.objects.get(pk=coffee.pk).amount == 100


@pytest.mark.parametrize(
    ("source", "target", "amount", "day"),
    [
        (None, 0, "500.01", TODAY),
        (None, 0, 0, TODAY),
        (None, None, 1, TODAY),
        (0, None, "100.01", TODAY),
        (0, 0, 1, TODAY),
        (None, 0, 1, date(2026, 4, 1)),
    ],
)
def test_what_cannot_be_given_out(book, envelopes, source, target, amount, day):
    places = [None if each is None else envelopes[each] for each in (source, target)]
    with pytest.raises(actions.Refused):
        moved(book, *places, amount, day)
    assert not BudgetMove.objects.exists()


def test_nothing_is_given_out_twice_or_where_budgets_are_limits(book, envelopes):
    moved(book, None, envelopes[0], None)
    with pytest.raises(actions.Conflicting):
        moved(book, None, envelopes[0], None)
    actions.choose_mode(book=book, by=None, mode="limits", now=NOW)
    with pytest.raises(actions.Conflicting):
        moved(book, envelopes[0], None, 1)


def test_a_book_has_one_mode(book):
    for mode in ("envelopes", "envelopes", "limits"):
        actions.choose_mode(book=book, by=None, mode=mode, now=NOW)
        assert (queries.mode_of(book=book), BudgetMode.objects.count()) == (mode, 1)
    with pytest.raises(actions.Refused):
        actions.choose_mode(book=book, by=None, mode="kites", now=NOW)


def test_the_number_of_queries_is_fixed(book, purse, counted):
    def ask():
        return queries.to_assign(book=book, today=TODAY)

    make_budget(book, rollover="both", day=date(2025, 1, 1), cycle=Cycle(Kind.WEEK))
    make_budget(book, rollover="both", day=date(2025, 1, 1), category="FOOD")
    make_transaction(book, account=purse, day=TODAY)
    before = counted(ask)
    for category in ("RENT", "FUEL", "TRAVEL", "GROCERIES"):
        make_budget(book, category=category, rollover="surplus", day=date(2025, 3, 1))
        make_transaction(book, category=category, day=TODAY)
    assert counted(ask) == before <= 9
