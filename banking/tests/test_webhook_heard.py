"""What a webhook that the bank signed brings about, and what one that it did not sign like this does not."""

import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book
from banking.actions import connections as asking
from banking.models import Connection, Transaction
from banking.tests.bank import linked, read

ADDRESS = "/api/webhook/plaid"
KEYS = "/webhook_verification_key/get"


class Letterbox:
    """Takes webhooks off the wire as they are, so that a test can hand them on, twice, late or changed."""

    def __init__(self):
        self.letters = Queue()
        letters = self.letters

        class Slot(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                letters.put((body, self.headers["Plaid-Verification"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Slot)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def letterbox():
    made = Letterbox()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def connection(cast, bank, letterbox):
    made = linked(cast.book, cast.alice.user, webhook=letterbox.url)
    with entered(cast.book):
        read(made)
    while not letterbox.letters.empty():
        letterbox.letters.get()
    return made


@pytest.fixture
def letter(bank, connection, letterbox):
    """`letter(kind, code)` is a webhook of the connection as the bank sends it: (body, signature)."""

    def sent(kind="TRANSACTIONS", code="SYNC_UPDATES_AVAILABLE", twist="", **extra):
        if twist:
            bank.fault(f"webhook_{twist}", endpoint="webhook")
        bank.send_webhook(connection.external_id, kind, code, **extra)
        while True:
            found = letterbox.letters.get(timeout=20)
            if f'"{code}"'.encode() in found[0]:
                return found

    return sent


@pytest.fixture
def deliver(client):
    def post(body, signature):
        return client.post(
            ADDRESS, body, content_type="application/json", headers={"Plaid-Verification": signature}
        ).status_code

    return post


def now_of(connection):
    with entered(connection.book):
        return Connection.objects.get(pk=connection.pk)


def test_told_twice_is_read_once(deliver, letter, connection, run_tasks):
    before, told = now_of(connection), letter()
    assert [deliver(*told), deliver(*told)] == [200, 200]
    assert now_of(connection).asked == before.asked + 2
    run_tasks()
    with entered(connection.book):
        assert connection.syncs.exclude(error_code="UNLINKED").count() == 2
    assert now_of(connection).done == now_of(connection).asked


@pytest.mark.parametrize("twist", ["forged", "expired", "tampered", "retired_key"])
def test_not_signed_like_this_is_refused_and_changes_nothing(deliver, letter, connection, twist):
    before = now_of(connection)
    assert deliver(*letter(twist=twist)) == 401
    assert now_of(connection).asked == before.asked


def test_a_key_that_is_new_is_learned(deliver, letter):
    assert deliver(*letter()) == 200
    assert deliver(*letter(twist="rotated_key")) == 200


def test_replayed_after_five_minutes_is_refused(deliver, letter, connection):
    told, before = letter(), now_of(connection)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=30)):
        assert deliver(*told) == 401
    assert now_of(connection).asked == before.asked


def test_changed_by_one_blank_is_refused(deliver, letter):
    body, signature = letter()
    assert deliver(body + b" ", signature) == 401


def test_an_unknown_key_is_asked_for_once(deliver, letter, bank):
    told = letter(twist="forged")
    plan = bank.fault("delay", endpoint=KEYS, seconds=0, count=5)
    assert [deliver(*told), deliver(*told)] == [401, 401]
    assert next(each for each in bank.faults() if each["id"] == plan)["remaining"] >= 4


def test_that_cannot_be_checked_now_is_to_be_sent_again(deliver, letter, bank):
    told = letter(twist="rotated_key")
    bank.fault("error", endpoint=KEYS, code="INTERNAL_SERVER_ERROR")
    assert [deliver(*told), deliver(*told)] == [503, 200]


def test_login_that_is_required_and_then_repaired(deliver, letter, connection):
    assert deliver(*letter("ITEM", "ERROR", error="ITEM_LOGIN_REQUIRED")) == 200
    assert now_of(connection).status == Connection.Status.REAUTH
    before = now_of(connection).asked
    assert deliver(*letter("ITEM", "LOGIN_REPAIRED")) == 200
    repaired = now_of(connection)
    assert (repaired.status, repaired.problem, repaired.asked) == (Connection.Status.ACTIVE, "", before + 1)


@pytest.mark.parametrize("code", ["USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED"])
def test_access_that_was_withdrawn_ends_the_reading(deliver, letter, connection, code):
    assert deliver(*letter("ITEM", code)) == 200
    assert now_of(connection).status == Connection.Status.REAUTH
    assert asking.due(now=timezone.now() + timedelta(days=30)) == []
    with entered(connection.book):
        assert Transaction.objects.filter(book=connection.book).exists()


def test_end_that_is_near_is_shown_until_the_user_signs_in_again(deliver, letter, connection, client, cast):
    assert deliver(*letter("ITEM", "PENDING_DISCONNECT")) == 200
    with entered(connection.book):
        read(now_of(connection))
    warned = now_of(connection)
    assert warned.status == Connection.Status.ACTIVE
    assert warned.expires_on == timezone.now().date() + timedelta(days=7)
    client.force_login(cast.alice.user)
    page = client.get(reverse("connection", args=[connection.pk])).content.decode()
    assert "permission ends" in page
    assert "Sign in again" in page


def test_end_that_the_bank_names_is_that_day(deliver, letter, connection):
    moment = "2027-03-04T05:06:07Z"
    assert deliver(*letter("ITEM", "PENDING_EXPIRATION", extra={"consent_expiration_time": moment})) == 200
    assert now_of(connection).expires_on == date(2027, 3, 4)


def test_a_right_ends_on_the_day_of_the_book(deliver, letter, connection):
    Book.objects.update(time_zone="America/Los_Angeles")
    moment = "2027-03-04T05:06:07Z"
    assert deliver(*letter("ITEM", "PENDING_EXPIRATION", extra={"consent_expiration_time": moment})) == 200
    assert now_of(connection).expires_on == date(2027, 3, 3)


def test_new_accounts_are_offered(deliver, letter, connection, client, cast):
    assert deliver(*letter("ITEM", "NEW_ACCOUNTS_AVAILABLE")) == 200
    client.force_login(cast.alice.user)
    assert "Choose accounts" in client.get(reverse("connections")).content.decode()


def test_what_is_unlinked_hears_nothing(deliver, letter, connection):
    told = letter()
    with entered(connection.book):
        Connection.objects.update(status=Connection.Status.UNLINKED, secret=None)
    before = now_of(connection).asked
    assert deliver(*told) == 200
    assert now_of(connection).asked == before
