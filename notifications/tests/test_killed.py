"""A worker that is killed in the middle of sending: what it held is sent, and arrives as one.

Rather twice than never: a mailbox keeps one of two letters with one Message-ID, a browser shows one of two pushes with
one tag, and Twilio is asked whether it has the text before it is sent again.
"""

import json
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.books import entered
from notifications import actions
from notifications.actions.delivering import LEASE
from notifications.tests.delivering import deliver_due, states, the_delivery
from notifications.tests.factories import make_event, tell_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process"),
]


class Worker:
    """A process that sends, and that the vendor can kill."""

    def __init__(self, book):
        self.book, self.pid = book, 0

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def is_killed_sending(self):
        parcel = the_delivery().parcel
        connections.close_all()
        go, wait = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.read(go, 1)  # until the vendor knows whom to kill
            actions.deliver(book=self.book, parcel=parcel, clock=timezone.now)
            os._exit(0)
        os.write(wait, b"x")
        for _ in range(200):
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
        self.kill()
        raise AssertionError("nobody killed it")


@pytest.fixture
def worker(cast, only):
    for person in (cast.bob, cast.carol):
        only(person.user)
    return Worker(cast.book)


def tell(cast):
    with entered(cast.book):
        tell_of(cast.book, make_event(), now=timezone.now())


def once(vendor, kill):
    """Kill at the first occasion only."""

    def strike(*_):
        vendor.after = lambda: None
        kill()

    return strike


def after_the_lease(book):
    """What becomes of it: nobody else sends it while it is held, then it is sent."""
    assert deliver_due(book, now=timezone.now() + LEASE / 2) == 0
    assert deliver_due(book, now=timezone.now() + LEASE + timedelta(seconds=5)) == 1
    assert states() == ["sent"]


def test_killed_before_the_mail_server_has_it(worker, cast, only, mail_server):
    only(cast.alice.user, "email")
    tell(cast)

    def strike():
        mail_server.before = lambda: None
        worker.kill()

    mail_server.before = strike
    worker.is_killed_sending()
    assert not mail_server.letters
    after_the_lease(cast.book)
    assert len(mail_server.letters) == 1


def test_killed_after_the_mail_server_has_it(worker, cast, only, mail_server):
    only(cast.alice.user, "email")
    tell(cast)
    mail_server.after = once(mail_server, worker.kill)
    worker.is_killed_sending()
    assert len(mail_server.letters) == 1
    after_the_lease(cast.book)
    assert len(set(mail_server.ids)) == 1


def test_killed_after_twilio_has_it(worker, cast, phone, twilio):
    tell(cast)
    twilio.after = once(twilio, worker.kill)
    worker.is_killed_sending()
    after_the_lease(cast.book)
    assert len(twilio.taken) == 1


def test_killed_after_the_push_service_has_it(worker, cast, browser, push_service):
    tell(cast)
    push_service.after = once(push_service, worker.kill)
    worker.is_killed_sending()
    after_the_lease(cast.book)
    assert len({json.loads(browser.open(body))["tag"] for _headers, body in push_service.taken}) == 1
    assert len({headers["Topic"] for headers, _body in push_service.taken}) == 1


def test_two_workers_send_it_once(cast, only, mail_server):
    for person in (cast.bob, cast.carol):
        only(person.user)
    only(cast.alice.user, "email")
    tell(cast)
    meet = threading.Barrier(4)

    def send():
        meet.wait()
        deliver_due(cast.book)
        connections.close_all()

    workers = [threading.Thread(target=send) for _ in range(4)]
    [each.start() for each in workers]
    [each.join() for each in workers]
    assert (len(mail_server.letters), states()) == (1, ["sent"])
