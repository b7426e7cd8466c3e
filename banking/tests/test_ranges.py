"""What moved in ranges of days equals the rows in them, however the ranges lie to the months."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from banking.models import Transaction
from banking.queries.ranges import category_nets
from banking.tests.factories import category_of, make_account, make_transaction

FIRST, DAYS = date(2024, 1, 20), 75
"""With the 29th of February."""
RANGES = st.tuples(st.integers(0, DAYS), st.integers(1, DAYS)).map(
    lambda place: (FIRST + timedelta(days=place[0]), FIRST + timedelta(days=sum(place)))
)


def test_any_ranges(book, counted):
    account, other = make_account(book), make_account(book, currency="EUR")
    for count in range(0, DAYS, 3):
        day = FIRST + timedelta(days=count)
        for category, more in (("COFFEE", {}), ("FUEL", {}), ("COFFEE", {"account": other})):
            make_transaction(
                book, **{"account": account, "day": day, "amount": count - 40, "category": category, **more}
            )
        make_transaction(book, account=account, day=day, amount=-1, pending=count % 2 == 0, excluded=count % 2 == 1)
    coffee, fuel = category_of(book, "COFFEE").pk, category_of(book, "FUEL").pk
    rows = list(
        Transaction.objects.filter(pending=False, excluded=False).values_list("day", "category", "currency", "amount")
    )

    @settings(max_examples=25, deadline=None, database=None)
    @given(st.lists(RANGES, min_size=1, max_size=6))
    def ask(ranges):
        nets = category_nets(book=book, categories=(coffee, fuel), ranges=ranges)
        for start, end in ranges:
            for categories, currency in (((coffee,), "USD"), ((coffee, fuel), "USD"), ((coffee,), "EUR")):
                expected = sum(
                    (
                        amount
                        for day, pk, of, amount in rows
                        if start <= day < end and pk in categories and of == currency
                    ),
                    Decimal(0),
                )
                assert nets.of(categories, currency, start, end) == expected

    ask()
    spread = [(FIRST + timedelta(days=count), FIRST + timedelta(days=count + 2)) for count in range(0, DAYS, 4)]
    whole = (date(2024, 2, 1), date(2024, 4, 1))
    assert counted(lambda: category_nets(book=book, categories=(coffee,), ranges=[whole, *spread])) == 2
