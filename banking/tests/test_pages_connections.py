"""The pages of a linked bank: what each role is offered, how often it is read, and the older runs."""

import re
from datetime import timedelta

import pytest

from accounts.tests.factories import NOW
from banking.models import Connection, Sync
from banking.tests.browsing import browse
from banking.tests.factories import DAY, make_account, make_category, make_connection, make_transaction


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


@pytest.fixture
def carol(cast):
    return browse(cast.carol, cast.book)


@pytest.mark.parametrize("state", [{"new_accounts": True}, {"expires_on": DAY}, {}])
def test_readable_bank_can_be_read_now(book, alice, state):
    connection = make_connection(book)
    Connection.objects.filter(pk=connection.pk).update(**state)
    for path in ("/connections", f"/connections/{connection.pk}"):
        page = alice.get(path).content.decode()
        assert "Sync now" in page
        assert (f"/connections/{connection.pk}/repair" in page) == bool(state)


def test_bank_that_wants_a_sign_in_is_not_offered_to_be_read(book, alice):
    connection = make_connection(book, status=Connection.Status.REAUTH)
    page = alice.get(f"/connections/{connection.pk}").content.decode()
    assert "Sign in again" in page
    assert "Sync now" not in page


@pytest.fixture
def runs(book):
    """A connection that was read twelve times."""
    connection = make_connection(book)
    for n in range(12):
        moment = NOW + timedelta(hours=n)
        Sync.objects.create(
            book=book, connection=connection, kind=Sync.Kind.MANUAL, status=Sync.Status.SUCCESS, created_at=moment
        )
    return connection


def test_older_runs_renew_themselves_as_older_runs(alice, runs):
    address = f"/connections/{runs.pk}?cursor={alice.get(f'/connections/{runs.pk}').context['page'].next}"
    page = alice.get(address)
    assert len(page.context["page"].rows) == 2
    assert f'data-src="{address}"' in page.content.decode()


def test_foreign_cursor_is_not_found(alice, runs):
    assert alice.get(f"/connections/{runs.pk}?cursor=abc").status_code == 404


def test_past_the_end_the_lists_start_again(book, alice, runs):
    account = make_account(book)
    rows = [make_transaction(book, account=account) for _ in range(51)]
    pages = ("/transactions?q=blue", f"/accounts/{account.pk}", f"/connections/{runs.pk}")
    addresses = [(path, alice.get(path).context["page"].next) for path in pages]
    for row in rows[:2]:
        type(row).objects.filter(pk=row.pk).update(removed_at=NOW)
    oldest = Sync.objects.filter(connection=runs).order_by("created_at").values_list("pk", flat=True)[:2]
    Sync.objects.filter(pk__in=list(oldest)).delete()
    for path, cursor in addresses:
        answer = alice.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert (answer.status_code, answer.headers.get("Location")) == (302, path)


def test_viewer_is_shown_no_form_that_would_be_refused(book, carol):
    connection = make_connection(book)
    for path in ("/connections/new", f"/connections/{connection.pk}/unlink"):
        assert carol.get(path).status_code == 403
    assert carol.get(f"/connections/{connection.pk}").status_code == 200


def test_archived_category_leads_a_viewer_to_its_rows(cast, book, alice, carol):
    hobby = make_category(book)
    alice.post(f"/categories/{hobby.pk}/archive", {"archived": "yes"})
    page = carol.get("/categories").content.decode()
    assert f'href="/transactions?category={hobby.pk}"' in page
    assert f'href="/categories/{hobby.pk}"' not in page
    assert carol.get(f"/transactions?category={hobby.pk}").status_code == 200
