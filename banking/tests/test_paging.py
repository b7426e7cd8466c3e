"""Keyset pages of transactions neither skip nor repeat a row."""

import base64
import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.paging import BadCursor, page_of, page_read
from banking import queries
from banking.models import Transaction
from banking.tests.factories import make_transaction


def walked(rows, size):
    forwards, cursor = [], None
    while True:
        page = page_read(rows, cursor=cursor, size=size, read=queries.plain)
        forwards += [row.id for row in page.rows]
        if page.next is None:
            return forwards, page
        cursor = page.next


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 3), max_size=14), size=st.integers(1, 5))
def test_every_row_comes_once_forwards_and_backwards(book, days, size):
    Transaction.objects.filter(book=book).delete()
    for day in days:
        make_transaction(book, day=date(2026, 1, 1) + timedelta(days=day), refresh=False)
    rows = queries.listed(book=book)
    expected = list(rows.values_list("id", flat=True))
    forwards, page = walked(rows, size)
    assert forwards == expected
    backwards = [row.id for row in page.rows]
    while page.previous is not None:
        page = page_read(rows, cursor=page.previous, size=size, read=queries.plain)
        backwards = [row.id for row in page.rows] + backwards
    assert backwards == expected


def test_a_row_added_on_top_moves_no_later_page(book):
    for _ in range(4):
        make_transaction(book)
    rows = queries.listed(book=book)
    first = page_of(rows, cursor=None, size=2)
    make_transaction(book, day=date(2026, 12, 1))
    second = page_of(rows, cursor=first.next, size=2)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def written(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


FORGED = [
    (False, "abc", 1),
    (False, "2026-03-10", "x"),
    (False, 1, 1),
    (False, "2026-03-10\0", 1),
    (False, "2026-03-10", 1.5),
]


@pytest.mark.parametrize("values", FORGED)
def test_a_cursor_that_somebody_made_up_is_refused(book, values):
    with pytest.raises(BadCursor):
        page_of(queries.listed(book=book), cursor=written(*values))


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzEsMiwzXQ", "é", "W3RydWUsICIyMDI2LTEzLTAxIiwgMV0"])
def test_a_cursor_of_something_else_is_refused(book, cursor):
    with pytest.raises(BadCursor):
        page_of(queries.listed(book=book), cursor=cursor)
