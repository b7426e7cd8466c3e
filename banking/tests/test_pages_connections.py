"""The page of one connection."""

import pytest

from banking.tests.browsing import browse
from banking.tests.factories import make_connection


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.mark.parametrize("cursor", ["x", "W10", "1" * 4301])
def test_a_page_of_runs_that_does_not_exist_is_not_found(book, alice, cursor):
    assert alice.get(f"/connections/{make_connection(book).pk}", {"cursor": cursor}).status_code == 404
