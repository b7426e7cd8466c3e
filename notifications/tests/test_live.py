"""Open pages hear at once what changed in their book, and only they."""

import json
import threading
from importlib import import_module

import pytest
from celery import shared_task
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from accounts.models import Membership
from accounts.tests.factories import make_book
from notifications import live, rules
from notifications.tasks import look
from notifications.tests.factories import make_event

pytestmark = pytest.mark.django_db(transaction=True)


@shared_task(name="test.publish")
def publish_from_worker(*, book_id):
    live.publish(book_id=book_id, topic="from the worker")


def session_of(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


@pytest.fixture
def listen(server):
    """`listen(session, book_id=…)` is an open socket."""
    opened = []

    def open_socket(session=None, *, book_id=None, origin=server):
        query = f"?book={book_id}" if book_id else ""
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"} if session else {}
        address = server.replace("http", "ws") + f"/ws/updates{query}"
        opened.append(connect(address, additional_headers=headers, origin=origin, open_timeout=10))
        return opened[-1]

    yield open_socket
    for each in opened:
        each.close()


def topic(socket, timeout=5):
    return json.loads(socket.recv(timeout=timeout))["topic"]


def code(socket):
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    return closed.value.rcvd.code


def hears_nothing(socket):
    with pytest.raises(TimeoutError):
        socket.recv(timeout=0.5)


@pytest.mark.parametrize("who", ["alice", "bob", "carol"])
def test_members_hear(cast, listen, who):
    socket = listen(session_of(getattr(cast, who).user), book_id=cast.book.pk)
    assert topic(socket) == "connected"
    live.publish(book_id=cast.book.pk, topic="transactions")
    assert topic(socket) == "transactions"


def test_without_a_book_it_is_the_current_one(cast, listen):
    socket = listen(session_of(cast.alice.user))
    assert topic(socket) == "connected"
    live.publish(book_id=cast.book.pk, topic="transactions")
    assert topic(socket) == "transactions"


def test_what_a_worker_changed_is_heard_at_once(cast, listen):
    socket = listen(session_of(cast.alice.user))
    assert topic(socket) == "connected"
    publish_from_worker.delay(book_id=cast.book.pk)
    assert topic(socket) == "from the worker"


def test_many_threads_may_tell(cast, listen):
    socket = listen(session_of(cast.alice.user))
    assert topic(socket) == "connected"
    tellers = [
        threading.Thread(target=live.publish, kwargs={"book_id": cast.book.pk, "topic": str(n)}) for n in range(20)
    ]
    for teller in tellers:
        teller.start()
    assert {topic(socket) for _ in range(20)} == {str(n) for n in range(20)}


def test_anonymous_is_closed(cast, listen):
    assert code(listen(book_id=cast.book.pk)) == 4401


def test_stranger_is_closed(cast, listen):
    assert code(listen(session_of(cast.stranger.user), book_id=cast.book.pk)) == 4403


def test_other_books_are_not_heard(cast, listen):
    socket = listen(session_of(cast.stranger.user))
    assert topic(socket) == "connected"
    live.publish(book_id=cast.book.pk, topic="transactions")
    hears_nothing(socket)


def test_other_sites_are_refused(cast, listen):
    with pytest.raises(InvalidStatus) as refused:
        listen(session_of(cast.alice.user), origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_who_was_removed_hears_no_more(cast, listen):
    socket = listen(session_of(cast.bob.user), book_id=cast.book.pk)
    assert topic(socket) == "connected"
    Membership.objects.filter(user=cast.bob.user).delete()
    live.publish(book_id=cast.book.pk, topic="transactions")
    assert code(socket) == 4403


def end_session(user, session):
    session.delete()


def change_password(user, session):
    user.set_password("another password")
    user.save()


def deactivate(user, session):
    user.is_active = False
    user.save()


@pytest.mark.parametrize("end", [end_session, change_password, deactivate])
def test_who_is_signed_out_hears_no_more(cast, listen, end):
    session = session_of(cast.alice.user)
    socket = listen(session)
    assert topic(socket) == "connected"
    end(cast.alice.user, session)
    live.publish(book_id=cast.book.pk, topic="transactions")
    assert code(socket) == 4401


def test_talking_much_ends_it(cast, listen):
    socket = listen(session_of(cast.alice.user))
    assert topic(socket) == "connected"
    socket.send("x" * 2000)
    assert code(socket) == 4413


@pytest.mark.parametrize("named", ["x", "-1", "9" * 40, "%00"])
def test_what_is_no_book_means_the_current_one(cast, listen, named):
    assert topic(listen(session_of(cast.alice.user), book_id=named)) == "connected"


def test_publishing_never_raises(cast, monkeypatch):
    def broken():
        raise OSError("no layer")

    monkeypatch.setattr(live, "get_channel_layer", broken)
    live.publish(book_id=cast.book.pk, topic="transactions")


def test_publishing_with_nobody_connected_is_nothing(cast):
    live.publish(book_id=cast.book.pk, topic="transactions")


def test_news_reach_the_persons_own_pages_in_that_book_alone(cast, listen):
    alice, bob = (listen(session_of(each.user), book_id=cast.book.pk) for each in (cast.alice, cast.bob))
    other = make_book(cast.alice.user, name="Shop")
    elsewhere = listen(session_of(cast.alice.user), book_id=other.pk)
    assert {topic(each) for each in (alice, bob, elsewhere)} == {"connected"}
    live.publish_to(book_id=cast.book.pk, user_id=cast.alice.user.pk, topic="notifications")
    assert topic(alice) == "notifications"
    hears_nothing(bob)
    hears_nothing(elsewhere)


def test_what_a_rule_finds_is_heard_at_once(cast, listen, monkeypatch):
    monkeypatch.setattr(rules, "_finds", {"low_balance": lambda book, now: [make_event()]})
    socket = listen(session_of(cast.carol.user), book_id=cast.book.pk)
    assert topic(socket) == "connected"
    look.delay(book_id=cast.book.pk)
    assert topic(socket) == "notifications"
