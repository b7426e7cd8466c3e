"""Linking by pages: what came of a session is asked of the provider, and a duplicate costs nothing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.books import entered
from banking.models import Account, Connection, LinkSession, Transaction
from banking.tests.bank import linked, read
from sandboxbank.control import Control
from sandboxbank.walker import Walker


@pytest.fixture
def alice(cast, client, sandbox_bank):
    client.force_login(cast.alice.user)
    return client


def at_the_bank(client, **login):
    """Off to the bank and back; the answer to the address the browser comes back to."""
    away = client.post(reverse("connect"))
    assert away.status_code == 302
    back = urlsplit(Walker(away.url).link(**login).left)
    return client.get(f"{back.path}?{back.query}")


def connections(book):
    with entered(book):
        return list(Connection.objects.filter(book=book).order_by("pk"))


def test_linking_makes_a_connection_and_asks_for_its_first_sync(alice, cast, run_tasks):
    answer = at_the_bank(alice)
    (connection,) = connections(cast.book)
    assert answer.url == reverse("connection", args=[connection.pk])
    run_tasks()
    with entered(cast.book):
        assert Transaction.objects.filter(book=cast.book).count() > 50


def test_coming_back_twice_is_coming_back_once(alice, cast):
    away = alice.post(reverse("connect"))
    back = urlsplit(Walker(away.url).link().left)
    for _ in range(2):
        alice.get(f"{back.path}?{back.query}")
    assert len(connections(cast.book)) == 1


def test_same_bank_again_is_recognised_before_it_costs(alice, cast, sandbox_bank, run_tasks):
    at_the_bank(alice)
    run_tasks()
    before = len(Control(sandbox_bank.url).items())
    answer = at_the_bank(alice)
    (connection,) = connections(cast.book)
    assert answer.url == reverse("connection", args=[connection.pk])
    exchanged = [i for i in Control(sandbox_bank.url).items() if not i["removed"]]
    assert len(connections(cast.book)) == 1
    assert len(exchanged) <= before + 1
    with entered(cast.book):
        assert LinkSession.objects.filter(book=cast.book, finished_at=None).count() == 1


def test_cancelled_at_the_bank_changes_nothing(alice, cast):
    away = alice.post(reverse("connect"))
    back = urlsplit(Walker(away.url).cancel().left)
    answer = alice.get(f"{back.path}?{back.query}", follow=True)
    assert connections(cast.book) == []
    assert "cancelled" in answer.content.decode()


@pytest.mark.parametrize("state", ["", "wrong", "x" * 500])
def test_wrong_state_is_a_404(alice, cast, state):
    assert alice.get(reverse("connection_return"), {"state": state}).status_code == 404


def test_someone_elses_state_is_a_404(alice, cast):
    away = alice.post(reverse("connect"))
    back = urlsplit(Walker(away.url).link().left)
    alice.force_login(cast.stranger.user)
    assert alice.get(f"{back.path}?{back.query}").status_code == 404
    assert connections(cast.book) == []


def test_viewer_may_not_link(cast, client, sandbox_bank):
    client.force_login(cast.carol.user)
    assert client.post(reverse("connect")).status_code == 403


def test_repair_ends_the_need_to_sign_in(alice, cast, sandbox_bank, run_tasks):
    connection = linked(cast.book, cast.alice.user)
    Control(sandbox_bank.url).fail_item(connection.external_id)
    read(connection)
    assert connections(cast.book)[0].status == Connection.Status.REAUTH
    away = alice.post(reverse("connection_repair", args=[connection.pk]))
    back = urlsplit(Walker(away.url).link().left)
    alice.get(f"{back.path}?{back.query}")
    run_tasks()
    (repaired,) = connections(cast.book)
    assert (repaired.pk, repaired.status, repaired.problem) == (connection.pk, Connection.Status.ACTIVE, "")


@pytest.mark.parametrize(("keep", "left"), [("yes", True), ("no", False)])
def test_unlinking_keeps_or_erases_the_data(alice, cast, sandbox_bank, keep, left):
    connection = linked(cast.book, cast.alice.user)
    read(connection)
    alice.post(reverse("connection_unlink", args=[connection.pk]), {"keep": keep})
    with entered(cast.book):
        assert Transaction.objects.filter(book=cast.book).exists() == left
        assert Account.objects.filter(book=cast.book).exists() == left
        assert not Connection.objects.filter(book=cast.book).exclude(status=Connection.Status.UNLINKED).exists()
    (item,) = [i for i in Control(sandbox_bank.url).items() if i["item_id"] == connection.external_id]
    assert item["removed"]


def test_linking_again_goes_on_where_the_data_ended(alice, cast, sandbox_bank, run_tasks):
    connection = linked(cast.book, cast.alice.user)
    read(connection)
    with entered(cast.book):
        row = Transaction.objects.filter(book=cast.book, pending=False).latest("day", "id")
        Transaction.objects.filter(pk=row.pk).update(note="mine", edited={"note": "1"})
        before = Transaction.objects.filter(book=cast.book, removed_at=None).count()
    alice.post(reverse("connection_unlink", args=[connection.pk]), {"keep": "yes"})
    at_the_bank(alice)
    run_tasks()
    with entered(cast.book):
        assert Transaction.objects.filter(book=cast.book, removed_at=None).count() == before
        assert Transaction.objects.get(pk=row.pk).note == "mine"
        assert Account.objects.filter(book=cast.book).count() == 3


def test_what_is_older_than_the_new_login_reaches_stays(alice, cast, sandbox_bank, run_tasks):
    connection = linked(cast.book, cast.alice.user)
    read(connection)
    with entered(cast.book):
        oldest = Transaction.objects.filter(book=cast.book).earliest("day", "id")
        Transaction.objects.filter(pk=oldest.pk).update(external_id="of long ago", day=oldest.day - timedelta(days=400))
    alice.post(reverse("connection_unlink", args=[connection.pk]), {"keep": "yes"})
    at_the_bank(alice)
    run_tasks()
    with entered(cast.book):
        assert Transaction.objects.get(pk=oldest.pk).removed_at is None


@pytest.mark.parametrize("name", ["connection", "connection_unlink"])
def test_stranger_sees_no_connection(cast, client, sandbox_bank, name):
    connection = linked(cast.book, cast.alice.user)
    client.force_login(cast.stranger.user)
    assert client.get(reverse(name, args=[connection.pk])).status_code == 404


def test_page_costs_the_same_with_many_connections(alice, cast, sandbox_bank):
    counts = []
    alice.get(reverse("connections"))
    for institution in ("ins_109508", "ins_109509", "ins_109510"):
        linked(cast.book, cast.alice.user, institution=institution)
        with CaptureQueriesContext(database) as queries:
            alice.get(reverse("connections"))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_bank_that_cannot_be_reached_promises_nothing(alice, sandbox_bank):
    control = Control(sandbox_bank.url)
    control.fault("error", endpoint="/link/token/create", code="INTERNAL_SERVER_ERROR", count=9)
    page = alice.post(reverse("connect"), follow=True).content.decode()
    control.clear_faults()
    assert "Try again in a moment." in page
    assert "by ourselves" not in page
