import pytest

from accounts.books import entered
from accounts.tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice's book, who may do what in it, and a stranger."""
    return make_cast()


@pytest.fixture
def book(cast: Cast):
    """Alice's book, entered."""
    with entered(cast.book):
        yield cast.book
