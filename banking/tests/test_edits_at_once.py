"""Several people changing the same rows at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.books import entered
from accounts.tests.factories import NOW, make_cast
from banking import actions, queries, totals
from banking.models import DayTotal, MonthTotal, Transaction
from banking.tests.factories import category_of, make_account, make_transaction

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time anyway"),
]


def at_once(cast, changes):
    """Run each change in a thread of its own, inside the book."""

    def run(change):
        try:
            with entered(cast.book):
                change()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as threads:
        for done in [threads.submit(run, change) for change in changes]:
            done.result()


def test_every_edit_survives_and_the_totals_are_those_of_a_rebuild():
    cast = make_cast()
    book, by = cast.book, cast.alice.user
    with entered(book):
        account = make_account(book)
        rows = [make_transaction(book, account=account, amount=-each) for each in (1, 2, 4)]
        rent, salary = category_of(book, "RENT"), category_of(book, "SALARY")

    def amend(row, **changes):
        return lambda: actions.amend(book=book, by=by, pk=row.pk, changes=changes, now=NOW)

    notes = [amend(rows[0], note="n"), amend(rows[0], excluded=True), amend(rows[0], tags=["t"])]
    files = [amend(rows[1], category=rent), amend(rows[2], category=salary)]
    many = [lambda: actions.categorise_many(book=book, by=by, category=rent, ids=[row.pk for row in rows], now=NOW)]
    at_once(cast, notes + files + many)
    with entered(book):
        row = queries.transaction(book=book, pk=rows[0].pk)
        assert (row.note, row.excluded, [tag.name for tag in row.tags.all()]) == ("n", True, ["t"])
        assert set(row.edited) == {"note", "excluded", "tags", "category"}
        before = stored(book)
        totals.rebuild(book=book)
        assert stored(book) == before
        assert Transaction.objects.filter(book=book).count() == 3


def stored(book):
    days = DayTotal.objects.filter(book=book).values_list("account", "day", "amount", "count")
    months = MonthTotal.objects.filter(book=book).values_list("category", "month", "money_in", "money_out", "count")
    return sorted(days), sorted(months)
