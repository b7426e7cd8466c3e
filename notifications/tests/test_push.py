"""Pushes are sealed for the browser that they go to, signed with our key, and sent to the public network alone."""

import json
import time
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.books import entered
from accounts.tests.factories import NOW
from notifications.actions.delivering import WAITS
from notifications.channels import outbound, push
from notifications.channels.sealing import decoded, encoded
from notifications.models import Delivery, Device
from notifications.tests.delivering import deliver_due, states, the_delivery
from notifications.tests.stand_ins import Endless

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def told(told_aloud, browser):
    return told_aloud


def test_only_the_browser_can_open_it_and_no_amount_is_in_it(told, cast, browser, push_service):
    told()
    assert deliver_due(cast.book, now=LATER) == 1
    [(headers, body)] = push_service.taken
    shown = json.loads(browser.open(body))
    assert (shown["title"], shown["body"]) == ("Rent is due", "Expected on Mar 18.")
    assert "950" not in json.dumps(shown)
    assert b"Rent" not in body
    assert (headers["Content-Encoding"], len(headers["Topic"])) == ("aes128gcm", 32)


def test_it_is_signed_for_the_push_service(told, cast, browser, push_service):
    told()
    deliver_due(cast.book, now=LATER)
    scheme, rest = push_service.taken[0][0]["Authorization"].split(" ", 1)
    token, key = (part.strip().partition("=")[2] for part in rest.split(","))
    assert (scheme, key) == ("vapid", push.public_key())
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=push_service.url)
    assert claims["sub"] == "mailto:us@example.com"


def test_a_browser_that_is_gone_is_forgotten(told, cast, browser, push_service):
    push_service.answers = [410]
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert not Device.objects.exists()
    told()
    assert (deliver_due(cast.book, now=LATER), len(push_service.requests)) == (0, 1)


def test_a_busy_push_service_is_asked_later(told, cast, browser, push_service):
    push_service.answers = [429]
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert deliver_due(cast.book, now=LATER + timedelta(minutes=1)) == 1
    assert states() == ["sent"]


@pytest.mark.parametrize(
    "address",
    [
        "http://updates.push.services.mozilla.com/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://2130706433/x",
        "https://user@8.8.8.8/x",
        "https://nowhere.invalid/x",
        "ftp://8.8.8.8/x",
        "https:///x",
        "https://[bad/x",
    ],
)
def test_addresses_inside_are_refused(address):
    with pytest.raises(outbound.Forbidden):
        outbound.place_of(address)


def test_a_public_address_is_taken_as_it_was_looked_up():
    place = outbound.place_of("https://8.8.8.8:8443/x?y=1")
    assert (place.number, place.port, place.path, place.secure) == ("8.8.8.8", 8443, "/x?y=1", True)


def test_a_redirect_is_not_followed(told, cast, push_service):
    push_service.answers = [307]
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert (len(push_service.requests), states()) == (1, ["failed"])


def test_a_push_service_that_talks_for_ever_is_left(told, cast, browser, push_service, monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0.3)
    push_service.RequestHandlerClass = Endless
    told()
    began = time.monotonic()
    assert deliver_due(cast.book, now=LATER) == 0
    assert time.monotonic() - began < 3
    assert (states(), the_delivery().next_at) == (["pending"], LATER + WAITS[0])


def test_what_breaks_while_sending_waits_ever_longer(told, cast, browser, push_service, settings):
    settings.VAPID_PRIVATE_KEY = encoded(b"\x01" * 31)
    told()
    for wait in WAITS:
        with pytest.raises(ValueError, match="32 bytes"):
            deliver_due(cast.book, now=LATER if wait == WAITS[0] else the_delivery().next_at)
    with pytest.raises(ValueError, match="32 bytes"):
        deliver_due(cast.book, now=the_delivery().next_at)
    assert states() == ["failed"]


def test_what_kills_each_worker_is_given_up(told, cast, browser, push_service):
    told()
    with entered(cast.book):
        Delivery.objects.update(attempts=len(WAITS) + 1)
    assert deliver_due(cast.book, now=LATER) == 0
    assert (states(), push_service.requests) == (["failed"], [])
