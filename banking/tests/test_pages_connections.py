"""The page of one connection."""

import re

import pytest

from banking.models import Connection
from banking.tests.browsing import browse
from banking.tests.factories import make_connection


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def offered(client, path):
    """The options of the only choice on a page, and what of them is selected."""
    [options] = re.findall(r'<select name="hours".*?>(.*?)</select>', client.get(path).content.decode(), re.DOTALL)
    return re.findall(r'value="(\d+)"( selected)?', options)


@pytest.mark.parametrize("hours", [5, 24, 100])
def test_how_often_a_bank_is_read_is_offered_whatever_it_is(book, alice, hours):
    connection = make_connection(book)
    Connection.objects.filter(pk=connection.pk).update(sync_frequency_hours=hours)
    assert [value for value, selected in offered(alice, f"/connections/{connection.pk}") if selected] == [str(hours)]
    alice.post(f"/connections/{connection.pk}/frequency", {"hours": hours})
    connection.refresh_from_db()
    assert connection.sync_frequency_hours == hours


def test_an_hour_that_is_not_offered_is_refused(book, alice):
    connection = make_connection(book)
    assert alice.post(f"/connections/{connection.pk}/frequency", {"hours": 5}).status_code == 302
    connection.refresh_from_db()
    assert connection.sync_frequency_hours == 24


@pytest.mark.parametrize("cursor", ["x", "W10", "1" * 4301])
def test_a_page_of_runs_that_does_not_exist_is_not_found(book, alice, cursor):
    assert alice.get(f"/connections/{make_connection(book).pk}", {"cursor": cursor}).status_code == 404
