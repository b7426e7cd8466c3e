"""Linking when several are at it: the webhook and the browser, two tabs, one who dies and one who goes on."""

import itertools
import threading
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.db import connections as databases
from django.urls import reverse
from django.utils import timezone

from accounts.books import entered
from accounts.tests.factories import make_book, make_cast
from banking import tasks
from banking.actions import connections as asking
from banking.actions import link
from banking.actions.errors import AlreadyLinked, LinkBusy, LinkSpent
from banking.actions.locking import linking
from banking.models import Connection, LinkSession
from banking.providers import registry
from banking.providers.base import BankError
from banking.tests.bank import linked, public_token, quick, read
from banking.tests.dying import dies_at, on_postgres
from sandboxbank.control import Control
from sandboxbank.walker import Walker

EXCHANGE = "/item/public_token/exchange"


@pytest.fixture
def alice(transactional_db, sandbox_bank):
    return make_cast().alice


@pytest.fixture
def bank(sandbox_bank):
    control = Control(sandbox_bank.url)
    yield control
    control.clear_faults()


def session_at_its_end(person, *, book=None, repair=None):
    """A session that the person has finished on the bank's pages, and the way back from there."""
    started = link.start(
        book=book or person.book,
        user=person.user,
        vendor=registry.vendor("plaid"),
        return_url="http://localhost/connections/return",
        repair=repair,
        now=timezone.now(),
    )
    back = urlsplit(Walker(started.url).link().left)
    return started.session, f"{back.path}?{back.query}"


def finish(session, patience=10.0):
    vendor = registry.vendor("plaid")
    return link.finish(book=session.book, session=session, vendor=vendor, now=timezone.now(), patience=patience)


def exchange(person, token):
    vendor = registry.vendor("plaid")
    return link.exchange(
        book=person.book, user=person.user, vendor=vendor, public_token=token, now=timezone.now(), patience=10
    )


def at_once(*calls):
    """Each in a thread of its own, all at the same moment; what they returned or raised."""
    start, came = threading.Barrier(len(calls)), []

    def one(call):
        start.wait()
        try:
            came.append(call())
        except (LinkBusy, AlreadyLinked, LinkSpent, BankError) as refusal:
            came.append(refusal)
        finally:
            databases.close_all()

    threads = [threading.Thread(target=one, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(came) == len(calls)
    return came


def stored(book):
    with entered(book):
        return list(Connection.objects.filter(book=book))


def paid_for(bank, before=()):
    """Items that were not given back."""
    return [item["item_id"] for item in bank.items() if not item["removed"] and item["item_id"] not in before]


def test_webhook_and_browser_at_once_learn_of_the_same_connection(alice, bank):
    session, _ = session_at_its_end(alice)
    bank.fault("delay", endpoint=EXCHANGE, seconds=0.5)
    first, second = at_once(partial(finish, session), partial(finish, refetched(session)))
    assert first.connection.pk == second.connection.pk == stored(alice.book)[0].pk
    assert len(stored(alice.book)) == 1


def refetched(session):
    with entered(session.book):
        return LinkSession.objects.select_related("book", "user").get(pk=session.pk)


def test_browser_that_comes_while_the_worker_is_at_it_waits_on_a_page_that_goes_on(alice, client):
    session, back = session_at_its_end(alice)
    client.force_login(alice.user)
    came, go_on = threading.Event(), threading.Event()

    def worker():
        with linking(alice.book.pk, patience=0):
            came.set()
            go_on.wait(30)
        databases.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    assert came.wait(10)
    waiting = client.get(back)
    go_on.set()
    thread.join(10)
    assert waiting.status_code == 202
    assert '<meta http-equiv="refresh"' in waiting.content.decode()
    assert client.get(back).url == reverse("connection", args=[stored(alice.book)[0].pk])


def test_two_tabs_link_the_same_accounts_once_and_the_second_is_never_exchanged(alice, bank):
    sessions = [session_at_its_end(alice)[0] for _ in range(2)]
    fault = bank.fault("delay", endpoint=EXCHANGE, seconds=0.5, count=5)
    came = at_once(*(partial(finish, session) for session in sessions))
    assert sorted(type(each).__name__ for each in came) == ["AlreadyLinked", "Finished"]
    (connection,) = stored(alice.book)
    assert [each.connection_id for each in came if isinstance(each, AlreadyLinked)] == [connection.pk]
    assert next(each for each in bank.faults() if each["id"] == fault)["remaining"] == 4


def test_two_clients_with_tokens_of_the_same_accounts_leave_one_item(alice, bank):
    before = paid_for(bank)
    came = at_once(*(partial(exchange, alice, public_token()) for _ in range(2)))
    assert sorted(type(each).__name__ for each in came) == ["AlreadyLinked", "Finished"]
    assert paid_for(bank, before) == [each.external_id for each in stored(alice.book)]


def test_same_token_twice_at_once_is_one_connection_and_its_item_stays(alice, bank):
    before, token = paid_for(bank), public_token()
    at_once(*(partial(exchange, alice, token) for _ in range(2)))
    assert paid_for(bank, before) == [each.external_id for each in stored(alice.book)]
    assert len(stored(alice.book)) == 1


def test_login_of_another_book_is_refused_and_left_alone(alice, bank):
    before, token = paid_for(bank), public_token()
    exchange(alice, token)
    other = make_book(alice.user, name="Business")
    with pytest.raises(LinkSpent):
        link.exchange(
            book=other, user=alice.user, vendor=registry.vendor("plaid"), public_token=token, now=timezone.now()
        )
    assert len(paid_for(bank, before)) == 1


def test_a_right_whose_accounts_cannot_be_read_is_given_back(alice, bank):
    quick()
    before, token = paid_for(bank), public_token()
    bank.fault("error", endpoint="/accounts/get", code="INSTITUTION_DOWN", count=5)
    with pytest.raises(BankError):
        exchange(alice, token)
    assert stored(alice.book) == []
    assert paid_for(bank, before) == []


def test_busy_is_told_to_who_does_not_wait(alice):
    session, _ = session_at_its_end(alice)
    came = []
    with linking(alice.book.pk, patience=0):
        with pytest.raises(LinkBusy):
            finish(session, patience=0)
        came.append(stored(alice.book))
    assert came == [[]]
    assert finish(session).connection


@on_postgres
@pytest.mark.slow
def test_every_point_of_linking_may_be_its_last(alice, bank):
    """Whoever comes next takes over: one connection, and no item that nobody holds."""
    for point in itertools.count():
        book, before = make_book(alice.user, name=f"book {point}"), paid_for(bank)
        session, _ = session_at_its_end(alice, book=book)
        died = dies_at(point, partial(finish, session, patience=0))
        finished = finish(refetched(session))
        assert [each.pk for each in stored(book)] == [finished.connection.pk]
        assert paid_for(bank, before) == [finished.connection.external_id]
        assert refetched(session).finished_at
        if not died:
            break
    assert point > 20


def test_what_a_webhook_told_is_finished_by_the_sweeper(alice, run_tasks):
    session, _ = session_at_its_end(alice)
    asking.link_ended(link_token=session.token, now=timezone.now())
    tasks.sweep()
    run_tasks()
    (connection,) = stored(alice.book)
    assert connection.complete
    assert asking.unfinished_links(now=timezone.now()) == []


def test_a_duplicate_is_not_asked_for_again_by_the_sweeper(alice):
    linked(alice.book, alice.user)
    session, _ = session_at_its_end(alice)
    asking.link_ended(link_token=session.token, now=timezone.now())
    assert asking.unfinished_links(now=timezone.now()) == [(alice.book.pk, session.pk)]
    with pytest.raises(AlreadyLinked):
        finish(session)
    assert asking.unfinished_links(now=timezone.now()) == []


def test_login_that_is_gone_is_linked_anew_into_the_same_accounts(alice, bank):
    connection = linked(alice.book, alice.user)
    with entered(alice.book):
        read(connection)
        rows = connection.accounts.count()
    bank.api("/item/remove", {"access_token": connection.secret.reveal()})
    session, _ = session_at_its_end(alice, repair=connection)
    finished = finish(session)
    with entered(alice.book):
        read(finished.connection)
        assert finished.connection.accounts.count() == rows
    assert finished.connection.pk == connection.pk
