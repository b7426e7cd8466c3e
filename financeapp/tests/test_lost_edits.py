"""Two clients that change different fields of one thing at the same moment both find their change there."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from financeapp.tests.walking import fill

ROUNDS = 10
EDITS = {
    "/api/books/{book_id}": ("name", "fiscal_year_start", ["01-01", "04-06"]),
    "/api/user/settings": ("name", "locale", ["en-US", "en-GB"]),
    "/api/transactions/{transactions}": ("note", "excluded", [False, True]),
    "/api/accounts/{manual}": ("name", "opening", ["1.00", "2.00"]),
    "/api/categories/{categories}": ("name", "archived", [False, True]),
}


@pytest.fixture
def together(api, cast):
    """`together(address, one, other)` sends both changes at once and returns what is there afterwards."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    clients = api(cast.alice), api(cast.alice)

    def together(address, *changes):
        start = Barrier(2)

        def send(client, change):
            start.wait()
            try:
                return client.patch(address, change, format="json").status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(send, clients, changes)) == [200, 200]
        return clients[0].get(address).json()

    return together


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", EDITS)
def test_no_change_is_lost(together, api, cast, route):
    rows = fill(cast)
    manual = {"name": "Cash", "kind": "depository", "currency": "USD"}
    rows["manual"] = api(cast.alice).post("/api/accounts", manual, format="json").json()["id"]
    address, (text, field, values) = route.format(**rows), EDITS[route]
    for number in range(ROUNDS):
        other = values[number % 2]
        found = together(address, {text: f"change {number}"}, {field: other})
        assert (found[text], found[field]) == (f"change {number}", other)
