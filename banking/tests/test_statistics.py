"""Totals, from the month totals and from the rows themselves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banking import queries, totals
from banking.models import Transaction
from banking.queries import Filters
from banking.tests.factories import category_of, make_account, make_merchant, make_transaction

D = Decimal


def total(book, **filters):
    return [
        (each.currency, each.count, each.money_in, each.money_out)
        for each in queries.summary(book=book, filters=Filters(**filters)).totals
    ]


def test_pending_and_left_out_rows_are_in_no_total_unless_asked_for(book):
    make_transaction(book, amount="-1")
    make_transaction(book, amount="-2", pending=True)
    make_transaction(book, amount="-4", excluded=True)
    assert total(book) == [("USD", 1, 0, D(-1))]
    assert queries.summary(book=book).pending == 1
    assert total(book, pending=True) == [("USD", 1, 0, D(-2))]
    assert total(book, excluded=True) == [("USD", 1, 0, D(-4))]


def test_currencies_stand_apart(book):
    make_transaction(book, amount="-1")
    make_transaction(book, account=make_account(book, currency="EUR"), amount="2")
    assert total(book) == [("EUR", 1, D(2), 0), ("USD", 1, 0, D(-1))]


def test_parts_by_category_merchant_and_month(book):
    make_transaction(book, amount="-5", merchant=make_merchant(book), day=date(2026, 1, 31))
    make_transaction(book, amount="1", category="SALARY", day=date(2026, 2, 1))
    found = queries.stats(book=book)
    assert {(part.name, part.total.net) for part in found.by_category} == {("Coffee", D(-5)), ("Salary", D(1))}
    assert [(part.name, part.total.net) for part in found.by_merchant] == [("Blue Bottle", D(-5)), ("", D(1))]
    assert [(part.name, part.total.net) for part in found.by_month] == [("2026-01", D(-5)), ("2026-02", D(1))]


ROWS = st.lists(
    st.tuples(
        st.dates(date(2025, 12, 20), date(2026, 2, 10)),
        st.integers(-(10**9), 10**9),
        st.sampled_from(["COFFEE", "FOOD", "SALARY", "TRANSFER", "UNCATEGORISED"]),
        st.booleans(),
        st.booleans(),
        st.integers(0, 1),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    start=st.dates(date(2025, 12, 1), date(2026, 2, 1)),
    length=st.integers(1, 70),
    kind=st.sampled_from(["", "expense", "income", "transfer", "flow"]),
)
def test_stored_totals_equal_the_rows(book, rows, start, length, kind):
    """Month totals, live sums and plain Python agree for any book, any days and any kind."""
    Transaction.objects.filter(book=book).delete()
    accounts = [make_account(book), make_account(book, currency="EUR")]
    for day, units, code, pending, excluded, at in rows:
        make_transaction(
            book,
            account=accounts[at],
            day=day,
            amount=D(units).scaleb(-4),
            category=code,
            pending=pending,
            excluded=excluded,
            refresh=False,
        )
    totals.rebuild(book=book)
    for first, last in [(start, start + timedelta(days=length)), (date(2026, 1, 1), date(2026, 2, 1))]:
        filters = Filters(start=first, end=last, kind=kind)
        listed = queries.transactions(book=book, filters=Filters(start=first, end=last, kind=kind, counted=True))
        sums = {}
        for row in listed:
            sums[row.currency] = sums.get(row.currency, D(0)) + row.amount
        found = {each.currency: each.net for each in queries.summary(book=book, filters=filters).totals}
        assert found == sums


def test_months_by_category(book):
    make_transaction(book, amount="-5", day=date(2026, 1, 31))
    make_transaction(book, amount="2", day=date(2026, 2, 1))
    make_transaction(book, amount="100", category="SALARY", day=date(2026, 2, 1))
    make_transaction(book, amount="-50", category="TRANSFER", day=date(2026, 2, 1))
    found = queries.month_amounts(book=book, start=date(2026, 1, 1), end=date(2026, 3, 1))
    names = {category_of(book, code).pk: code for code in ("COFFEE", "SALARY", "TRANSFER")}
    assert {(each.month.month, names[each.category_id], each.kind, each.net) for each in found} == {
        (1, "COFFEE", "expense", D(-5)),
        (2, "COFFEE", "expense", D(2)),
        (2, "SALARY", "income", D(100)),
        (2, "TRANSFER", "transfer", D(-50)),
    }


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_queries_is_fixed(book, count, django_assert_num_queries):
    for each in range(count):
        make_transaction(book, amount=each + 1, merchant=make_merchant(book, name=f"M{each}"))
    with django_assert_num_queries(5):
        queries.stats(book=book)
    with django_assert_num_queries(1):
        queries.month_amounts(book=book, start=date(2026, 1, 1), end=date(2027, 1, 1))
