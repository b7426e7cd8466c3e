from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.books import entered


@pytest.fixture
def book(cast):
    """Alice's book, entered."""
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def counted(db: None) -> Callable[[Callable[[], object]], int]:
    """`counted(call)` is how many queries a call makes, without those that enter the book on PostgreSQL."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as made:
            call()
        return sum("'app." not in (each["sql"] or "") and "SAVEPOINT" not in (each["sql"] or "") for each in made)

    return count
