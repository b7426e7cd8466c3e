"""How budgets stand: what counts in them, what is rolled over, and in how many queries."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import NOW
from banking import queries as banking
from banking import totals
from banking.forms import TransactionFilter
from banking.models import Transaction
from banking.tests.factories import category_of, make_account, make_category, make_transaction
from budgeting import actions, queries
from budgeting.actions import Plan
from budgeting.models import Budget, BudgetMove
from budgeting.periods import MONTHLY, Cycle, Kind, Shift
from budgeting.queries import State
from budgeting.tests.factories import MARCH, make_budget
from journal import actions as journal
from journal.models import Operation

TODAY = date(2026, 3, 15)
CYCLES = [
    MONTHLY,
    Cycle(Kind.WEEK),
    Cycle(Kind.TWO_WEEKS, anchor=date(2026, 3, 6)),
    Cycle(Kind.CUSTOM_MONTH, day=31, shift=Shift.BEFORE),
    Cycle(Kind.QUARTER),
    Cycle(Kind.FISCAL_YEAR, month=2, day=29),
]


def status_of(book, row, *, day=TODAY, **more):
    return queries.progress(book=book, pk=row.pk, day=day, today=TODAY, **more)


def behind(book, figure):
    """The sum of the rows that the figure's link lists, as the figure shows it."""
    form = TransactionFilter(QueryDict(urlsplit(figure.href).query), book=book)
    assert form.is_valid(), form.errors
    rows = banking.matching(book=book, filters=form.filters())
    return sum((row.amount for row in rows), Decimal(0)) * figure.sign


@pytest.fixture
def rows(book):
    """Coffee and groceries in March: spent, paid back, and what does not count."""
    abroad = make_account(book, name="Abroad", currency="EUR")
    home = make_account(book, name="Home")
    for amount, category, more in [
        ("-40.10", "COFFEE", {}),
        ("10.05", "COFFEE", {}),
        ("-7", "COFFEE", {"pending": True}),
        ("-8", "COFFEE", {"excluded": True}),
        ("-9", "COFFEE", {"account": abroad}),
        ("-11", "COFFEE", {"day": date(2026, 2, 28)}),
        ("-12", "COFFEE", {"day": date(2026, 4, 1)}),
        ("-20", "GROCERIES", {}),
        ("-500", "TRANSFER", {}),
    ]:
        make_transaction(book, **{"amount": amount, "category": category, "account": home, "day": TODAY, **more})


def test_what_counts(book, rows):
    status = status_of(book, make_budget(book))
    assert (status.budgeted, status.spent.amount, status.left.amount) == (100, Decimal("30.05"), Decimal("69.95"))
    assert status.percent == 30
    assert behind(book, status.spent) == status.spent.amount


def test_pending_rows_count_where_they_are_asked_for(book, rows):
    status = status_of(book, make_budget(book), pending=True)
    assert (status.pending.amount, status.left.amount) == (7, Decimal("62.95"))
    assert behind(book, status.pending) == 7


def test_a_group_leaves_out_what_has_a_budget_of_its_own(book, rows):
    food, coffee = make_budget(book, category="FOOD"), make_budget(book)
    inside, beside = (status_of(book, each).spent for each in (coffee, food))
    assert (inside.amount, beside.amount) == (Decimal("30.05"), 20)
    assert behind(book, beside) == 20
    board = queries.board(book=book, cycle=MONTHLY, day=TODAY, today=TODAY)
    [total] = board.totals
    assert [total.spent.amount, behind(book, total.spent)] == [Decimal("50.05")] * 2
    assert [group.category.code for group in board.groups] == ["FOOD"]
    assert [each.category.code for each in board.statuses] == ["FOOD", "COFFEE"]


def test_a_budget_of_other_periods_takes_nothing_from_a_group(book, rows):
    make_budget(book, cycle=Cycle(Kind.WEEK), day=TODAY)
    assert status_of(book, make_budget(book, category="FOOD")).spent.amount == Decimal("50.05")


def test_it_holds_on_until_another_begins(book):
    first, second = make_budget(book, amount=1), make_budget(book, amount=3, day=date(2026, 6, 1))
    once = make_budget(book, amount=2, day=date(2026, 5, 1), repeats=False)
    held = {}
    for month in (2, 3, 4, 5, 6, 12):
        board = queries.board(book=book, cycle=MONTHLY, day=date(2026, month, 9), today=TODAY)
        held[month] = [each.budget.pk for each in board.statuses]
    assert held == {2: [], 3: [first.pk], 4: [first.pk], 5: [once.pk], 6: [second.pk], 12: [second.pk]}


def test_setting_it_again_changes_it(book):
    row = make_budget(book)
    again = make_budget(book, amount="77.70", day=date(2026, 3, 31), rollover="both", cap=Decimal(5))
    assert (again.pk, Budget.objects.get().amount) == (row.pk, Decimal("77.70"))


def spend(book, category, days):
    """So much on each day, in one go."""
    account = make_account(book)
    rows = [
        Transaction(
            book=book, account=account, origin="manual", day=day, amount=-amount, currency="USD", category=category
        )
        for day, amount in days
    ]
    Transaction.objects.bulk_create(rows)
    first, last = min(day for day, _amount in days), max(day for day, _amount in days)
    totals.refresh(book=book, account_ids=[account.pk], start=first, end=last)


LIVES = st.lists(st.tuples(st.integers(0, 1095), st.integers(-30_000, 60_000).filter(bool)), min_size=20, max_size=40)


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda cycle: cycle.name)
def test_three_years_of_rollover_equal_their_closed_form(book, cycle):
    """With refunds, days on both sides of every start, a leap day, and a child with a budget for one year."""
    parent, child = make_category(book, name="All"), make_category(book, name="Part")
    child.parent = parent
    child.save()
    first = cycle.period_of(date(2023, 3, 10)).start
    periods = [each for each in cycle.periods(first, TODAY) if each.end <= TODAY]
    now = cycle.period_of(TODAY)
    row = make_budget(book, category=parent, amount="123.45", day=first, cycle=cycle, rollover="both")
    own = make_budget(book, category=child, amount=1, day=periods[len(periods) // 2].start, cycle=cycle)

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(LIVES, st.sampled_from(["both", "surplus"]))
    def lived(life, rollover):
        Transaction.objects.filter(book=book).delete()
        totals.rebuild(book=book)
        Budget.objects.filter(pk=row.pk).update(rollover=rollover)
        spent = [(first + timedelta(days=day), Decimal(cents).scaleb(-2)) for day, cents in life]
        spend(book, parent, spent[::2])
        spend(book, child, spent[1::2])
        left = [
            Decimal("123.45")
            - sum(amount for day, amount in spent[::2] if day in period)
            - sum(amount for day, amount in spent[1::2] if day in period and period.start < own.start)
            for period in periods
        ]
        tails = list(accumulate(reversed(left)))
        expected = sum(left) if rollover == "both" else max(0, *tails)
        status = status_of(book, row)
        assert status.rolled == expected
        assert status.spent.amount == sum(amount for day, amount in spent[::2] if day in now)

    lived()


def test_a_period_without_a_budget_ends_what_is_rolled_over(book):
    make_budget(book, day=date(2026, 1, 1), rollover="both", repeats=False)
    assert status_of(book, make_budget(book, rollover="both")).rolled == 0
    make_budget(book, day=date(2026, 2, 1), rollover="both", repeats=False, amount=11)
    assert status_of(book, Budget.objects.get(start=MARCH)).rolled == 111


def test_moved_money(book, cast):
    coffee, food = make_budget(book), make_budget(book, category="TRAVEL", amount=50)
    move = {"book": book, "by": cast.alice.user, "day": TODAY, "today": TODAY, "now": NOW}
    actions.move_money(source=coffee.pk, target=food.pk, amount=Decimal("30.25"), **move)
    assert [status_of(book, each).available for each in (coffee, food)] == [Decimal("69.75"), Decimal("80.25")]
    assert status_of(book, food, day=date(2026, 4, 2)).available == 50
    assert [str(each.source) for each in queries.moves(book=book, cycle=MONTHLY, start=MARCH)] == ["Coffee"]
    with pytest.raises(actions.Refused):
        actions.move_money(source=coffee.pk, target=food.pk, amount=Decimal("69.76"), **move)
    assert BudgetMove.objects.count() == 1


def test_where_it_is_going(book):
    """A rent paid on the first is no sign of overspending where nothing followed in the months before."""
    rent, coffee = make_budget(book, category="RENT", amount=1000), make_budget(book, amount=100)
    for month in (1, 2, 3):
        make_transaction(book, amount=-1000, category="RENT", day=date(2026, month, 1))
        make_transaction(book, amount=-60, day=date(2026, month, 5))
        make_transaction(book, amount=-60, day=date(2026, month, 25))
    Transaction.objects.filter(day=date(2026, 3, 25)).delete()
    totals.rebuild(book=book)
    steady, ahead = status_of(book, rent), status_of(book, coffee)
    assert (steady.projected, steady.state) == (1000, State.ON_TRACK)
    assert (ahead.projected, ahead.state) == (120, State.AHEAD)
    make_transaction(book, amount=-41, day=TODAY)
    assert status_of(book, coffee).state == State.OVER


def test_without_a_history_it_goes_on_as_it_began(book):
    row = make_budget(book, amount=31)
    make_transaction(book, amount=-15, day=TODAY)
    assert (status_of(book, row).projected, status_of(book, row).state) == (31, State.ON_TRACK)
    early = queries.progress(book=book, pk=row.pk, day=MARCH, today=MARCH)
    assert early.projected is None


@pytest.mark.parametrize("pending", [False, True])
def test_the_number_of_queries_is_fixed(book, counted, pending):
    def ask():
        return queries.board(book=book, cycle=MONTHLY, day=TODAY, today=TODAY, pending=pending)

    make_budget(book, rollover="both", day=date(2025, 1, 1))
    make_transaction(book, day=TODAY)
    assert counted(ask) == 5 + pending
    for category in ("RENT", "FUEL", "TRAVEL", "GROCERIES", "FOOD"):
        make_budget(book, category=category, rollover="surplus", day=date(2025, 3, 1))
        make_transaction(book, category=category, day=TODAY)
    assert counted(ask) == 5 + pending


def test_suggestions(book):
    for month, amount in enumerate(("-100", "-104.20", "-96", "-101", "-900", "-99"), start=9):
        day = date(2025 + month // 13, (month - 1) % 12 + 1, 9)
        make_transaction(book, amount=amount, day=day)
    make_transaction(book, amount=-5, category="FUEL", day=date(2026, 2, 1))
    found = {each.category.code: each for each in queries.suggestions(book=book, cycle=MONTHLY, day=TODAY)}
    assert found.keys() == {"FOOD", "COFFEE"}
    assert (found["COFFEE"].usual, found["COFFEE"].amount) == (100, 100)
    made = actions.take_suggestions(book=book, by=None, cycle=MONTHLY, day=TODAY, categories=(), now=NOW)
    assert [(row.category.code, row.amount, row.end) for row in made] == [("FOOD", 100, None)]
    assert queries.suggestions(book=book, cycle=MONTHLY, day=TODAY) == []


def test_copying_the_last_period(book):
    make_budget(book, day=date(2026, 2, 1), repeats=False, amount=7, rollover="both", cap=Decimal(3))
    make_budget(book, day=date(2026, 2, 1), category="RENT")
    copy = {"book": book, "by": None, "cycle": MONTHLY, "day": TODAY, "now": NOW}
    [row] = actions.copy_last(**copy)
    assert (row.amount, row.rollover, row.cap, row.start, row.repeats) == (7, "both", 3, MARCH, False)
    with pytest.raises(actions.Conflicting):
        actions.copy_last(**copy)


def test_ending_a_line_keeps_what_was(book):
    make_budget(book, day=date(2025, 12, 1))
    row = make_budget(book, day=date(2026, 2, 1))
    make_budget(book, day=date(2026, 6, 1), repeats=False)
    actions.remove_budget(book=book, by=None, pk=row.pk, since=TODAY, now=NOW)
    held = [len(queries.standing_on(book=book, day=date(2026, month, 20), today=TODAY)) for month in (1, 2, 3, 4, 6)]
    assert held == [1, 1, 0, 0, 0]


def test_all_of_it_is_taken_back(book, cast):
    """What the walk over the API does not call: ending a line that is closed in one row and gone in another."""
    row = make_budget(book, day=date(2025, 12, 1), rollover="both")
    make_budget(book, day=date(2026, 6, 1))
    before = list(Budget.objects.order_by("pk").values())
    actions.remove_budget(book=book, by=cast.alice.user, pk=row.pk, since=TODAY, now=NOW)
    assert Budget.objects.get().end == MARCH
    journal.undo(book=book, by=cast.alice.user, pk=Operation.objects.latest("pk").pk, now=NOW)
    assert list(Budget.objects.order_by("pk").values()) == before


def test_another_currency_of_the_book(book, rows):
    """What was planned before stays in its own, and hands nothing on; what is set now is in the new one."""
    make_budget(book, day=date(2026, 2, 1), rollover="both")
    book.currency = "EUR"
    book.save()
    status = status_of(book, make_budget(book))
    assert (status.currency, status.rolled, status.spent.amount) == ("EUR", 0, 9)


def refusals(book):
    coffee = category_of(book, "COFFEE")
    yield Plan(category_of(book, "SALARY"), Decimal(1), TODAY)
    yield Plan(category_of(book, "UNCATEGORISED"), Decimal(1), TODAY)
    yield Plan(coffee, Decimal(-1), TODAY)
    yield Plan(coffee, Decimal("1.001"), TODAY)
    yield Plan(coffee, Decimal(1), TODAY, cap=Decimal(1))
    yield Plan(coffee, Decimal(1), TODAY, rollover="both", cap=Decimal(-1))
    yield Plan(coffee, Decimal(1), date(1900, 1, 1))


def test_what_no_budget_is_for(book):
    for plan in refusals(book):
        with pytest.raises(actions.Refused):
            actions.set_budget(book=book, by=None, plan=plan, now=NOW)
    assert not Budget.objects.exists()
