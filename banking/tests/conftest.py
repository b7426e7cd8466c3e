from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.books import entered
from accounts.tests.factories import Cast, make_cast
from sandboxbank.control import Control


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice's book, who may do what in it, and a stranger."""
    return make_cast()


@pytest.fixture
def book(cast: Cast):
    """Alice's book, entered."""
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def api(cast: Cast) -> Callable[..., APIClient]:
    """`api("bob")` is a client of that person, by default of Alice, about Alice's book."""

    def client(name: str = "alice") -> APIClient:
        person = getattr(cast, name)
        found = APIClient(headers={"X-Book": str(cast.book.pk)})
        found.default_format = "json"
        found.force_authenticate(person.user)
        return found

    return client


@pytest.fixture
def counted(db: None) -> Callable[[Callable[[], object]], int]:
    """`counted(call)` is how many queries a call makes, without those that enter the book on PostgreSQL."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as made:
            call()
        said = [each["sql"] or "" for each in made]  # a prepared statement is counted without its words
        return sum("'app." not in sql and "SAVEPOINT" not in sql for sql in said)

    return count


@pytest.fixture
def bank(sandbox_bank: Any) -> Iterator[Control]:
    """The sandbox bank's controls; it is without faults again afterwards."""
    control = Control(sandbox_bank.url)
    yield control
    control.clear_faults()
