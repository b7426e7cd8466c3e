"""Every figure of the dashboard equals the rows that it lists."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banking import queries as banking
from banking import totals
from banking.figures import Figure
from banking.forms import TransactionFilter
from banking.models import Connection, Transaction
from banking.tests.factories import make_account, make_category, make_connection, make_transaction
from reports import queries

D = Decimal
TODAY = date(2026, 3, 21)


def figures(found) -> Iterator[Figure]:
    if isinstance(found, Figure):
        yield found
    elif isinstance(found, tuple):
        for each in found:
            yield from figures(each)
    elif is_dataclass(found):
        for each in fields(found):
            yield from figures(getattr(found, each.name))


def listed(book, figure: Figure) -> Decimal:
    form = TransactionFilter(figure.filters, book=book, strict=True)
    assert form.is_valid(), form.errors
    rows = banking.transactions(book=book, filters=form.filters())
    assert all(row.currency == figure.currency for row in rows)
    summary = banking.summary(book=book, filters=form.filters())
    assert sum((total.net for total in summary.totals), D(0)) == sum((row.amount for row in rows), D(0))
    return sum((row.amount for row in rows), D(0))


ROWS = st.lists(
    st.tuples(
        st.dates(date(2025, 9, 20), date(2026, 4, 2)),
        st.integers(-(10**8), 10**8),
        st.sampled_from(["COFFEE", "FOOD", "RENT", "SALARY", "INCOME", "TRANSFER", "UNCATEGORISED"]),
        st.booleans(),
        st.booleans(),
        st.integers(0, 2),
    ),
    max_size=20,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, today=st.dates(date(2026, 1, 1), date(2026, 4, 1)))
def test_every_figure_equals_its_rows(book, rows, today):
    Transaction.objects.filter(book=book).delete()
    accounts = [make_account(book, currency=currency, opening=7) for currency in ("USD", "EUR", "JPY")]
    for day, units, code, pending, excluded, at in rows:
        amount = D(units).scaleb(-4)
        make_transaction(
            book,
            account=accounts[at],
            day=day,
            amount=amount,
            category=code,
            pending=pending,
            excluded=excluded,
            refresh=False,
        )
    totals.rebuild(book=book)
    found = queries.dashboard(book=book, today=today)
    explained = [figure for figure in figures(found) if not figure.address]
    assert len({figure.id for figure in explained}) == len(explained)
    for figure in explained:
        assert listed(book, figure) * figure.sign == figure.amount, figure
    for spending in found.spending:
        assert sum((each.amount.amount for each in spending.categories), D(0)) == spending.total.amount
        for each in spending.categories:
            assert sum((child.amount.amount for child in each.children), D(0)) == each.amount.amount
    for worth in found.worth:
        lines = [line for line in found.accounts if line.balance.currency == worth.currency]
        assert sum((line.balance.amount for line in lines), D(0)) == worth.net_worth.amount


def test_what_a_month_and_its_comparison_are(book):
    for day, amount in [(date(2026, 3, 1), -5), (date(2026, 2, 21), -10), (date(2026, 2, 22), -20)]:
        make_transaction(book, day=day, amount=amount)
    [flow] = queries.dashboard(book=book, today=TODAY).flows
    found = flow.spending
    assert (found.now.amount, found.before.amount, found.by_this_day.amount, found.change) == (5, 30, 10, -5)


def test_money_in_that_nobody_has_filed_came_in_and_is_no_negative_spending(book):
    unfiled = banking.uncategorised(book=book)
    for amount in ("782.03", "-20"):
        make_transaction(book, day=TODAY, category=unfiled, amount=amount)
    found = queries.dashboard(book=book, today=TODAY)
    [flow], [spending] = found.flows, found.spending
    assert (flow.income.now.amount, flow.spending.now.amount, flow.left.amount) == (D("782.03"), D(20), D("762.03"))
    assert [each.amount.amount for each in spending.categories] == [D(20)]
    assert all(listed(book, figure) == figure.amount * figure.sign for figure in (flow.income.now, flow.spending.now))


def test_the_last_day_of_a_long_month_compares_with_the_whole_of_a_short_one(book):
    make_transaction(book, day=date(2026, 2, 28), amount=-1)
    make_transaction(book, day=date(2026, 3, 1), amount=-2)
    [flow] = queries.dashboard(book=book, today=date(2026, 3, 31)).flows
    assert (flow.spending.now.amount, flow.spending.by_this_day.amount) == (2, 1)


def test_children_stand_inside_their_parent(book):
    make_transaction(book, day=TODAY, category="COFFEE", amount=-3)
    make_transaction(book, day=TODAY, category="FOOD", amount=-1)
    make_transaction(book, day=TODAY, category=make_category(book), amount=-9)
    [spending] = queries.dashboard(book=book, today=TODAY).spending
    names = [(each.category.name, each.amount.amount, len(each.children)) for each in spending.categories]
    assert names == [("Hobby", 9, 1), ("Food & Dining", 4, 2)]


def test_an_empty_book_has_figures_of_zero(book):
    found = queries.dashboard(book=book, today=TODAY)
    assert found.is_empty
    assert [worth.net_worth.amount for worth in found.worth] == [0]
    assert {figure.amount for figure in figures(found)} == {0}


def test_connections_that_need_somebody(book):
    make_connection(book)
    make_connection(book, institution="Tartan", status=Connection.Status.REAUTH, problem="Sign in again.")
    found = queries.dashboard(book=book, today=TODAY).attention
    assert [each.institution.name for each in found] == ["Tartan"]


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, count, django_assert_num_queries):
    for each in range(count):
        make_transaction(book, day=TODAY, amount=-each, tags=["a"])
        make_account(book, name=f"A{each}", connection=make_connection(book, status=Connection.Status.ERROR))
    with django_assert_num_queries(10):
        queries.dashboard(book=book, today=TODAY)
