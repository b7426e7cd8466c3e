"""What the tests of notifications share: stand-ins of vendors, and the application set to talk to them."""

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from notifications.actions import add_phone, add_push, choose
from notifications.actions.preferring import Choosing
from notifications.channels.sealing import encoded
from notifications.tests.browser import Browser
from notifications.tests.factories import make_event, tell_of
from notifications.tests.stand_ins import MailServer, PushService, SendGrid, Twilio, Vendor, running

NUMBER = "+441632960001"


@pytest.fixture
def book(cast):
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def mail_server(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        settings.EMAIL_TIMEOUT = 5
        yield server


@pytest.fixture
def sendgrid(settings):
    with running(Vendor(SendGrid)) as server:
        settings.EMAIL_BACKEND = "anymail.backends.sendgrid.EmailBackend"
        settings.ANYMAIL = {"SENDGRID_API_KEY": "SG.key", "SENDGRID_API_URL": f"{server.url}/v3/"}
        yield server


@pytest.fixture
def twilio(settings):
    with running(Vendor(Twilio)) as server:
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC123", "token"
        settings.TWILIO_FROM, settings.TWILIO_API_URL = "+15005550006", server.url
        yield server


@pytest.fixture
def push_service(settings):
    with running(Vendor(PushService)) as server:
        settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = encoded(b"\x01" * 32), "mailto:us@example.com"
        settings.PUSH_LOOPBACK = True
        yield server


@pytest.fixture
def only():
    """`only(user, channel)`: the person hears of bills that are due over this channel alone."""

    def only(user, *channels, kind="bill_due"):
        every = ("in_app", "email", "push", "sms")
        choose(user=user, choices=[Choosing(kind, each, each in channels) for each in every])

    return only


@pytest.fixture
def phone(cast, twilio, only):
    """A verified phone of alice's, to which bills that are due are told."""
    from django.utils import timezone

    row = add_phone(user=cast.alice.user, number=NUMBER, now=timezone.now())
    row.verified_at = timezone.now()
    row.save()
    only(cast.alice.user, "sms")
    return row


@pytest.fixture
def browser(cast, push_service, only):
    """A browser of alice's that takes pushes about bills that are due."""
    from django.utils import timezone

    browser = Browser()
    browser.row = add_push(
        user=cast.alice.user, endpoint=f"{push_service.url}/sub/1", hint="127.0.0.1", now=timezone.now(), **browser.keys
    )
    only(cast.alice.user, "push")
    return browser


@pytest.fixture
def told_aloud(cast, only):
    """`told(*events)`: they are told, and nobody but alice hears of it."""
    for person in (cast.bob, cast.carol):
        only(person.user)

    def told(*events, now=NOW):
        with entered(cast.book):
            return tell_of(cast.book, *(events or [make_event()]), now=now)

    return told
