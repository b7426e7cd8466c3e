"""Text messages go through Twilio, without amounts, and no more of them in a day than there may be."""

import base64
from datetime import timedelta

import pytest

from accounts.models import Book
from accounts.tests.factories import NOW
from notifications.actions import NotAllowed, add_phone, choose, new_code
from notifications.actions.counting import CODES_TO_A_NUMBER
from notifications.tests.conftest import NUMBER
from notifications.tests.delivering import deliver_due, states
from notifications.tests.factories import make_event

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def told(told_aloud, phone):
    return told_aloud


def test_a_text_goes_out(told, cast, twilio):
    told()
    assert deliver_due(cast.book, now=LATER) == 1
    [(path, headers, _body)], [sent] = twilio.requests, twilio.taken
    assert path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC123:token"
    assert (sent["to"], sent["from"]) == (NUMBER, "+15005550006")
    assert "Rent is due" in sent["body"]


def test_amounts_are_named_only_where_somebody_asked(told, cast, twilio):
    told()
    deliver_due(cast.book, now=LATER)
    choose(user=cast.alice.user, manner={"amounts": True})
    told()
    deliver_due(cast.book, now=LATER)
    assert ["$950.00" in sent["body"] for sent in twilio.taken] == [False, True]


def test_no_more_in_a_day_than_there_may_be(told, cast, twilio, settings):
    settings.SMS_PER_DAY = 2
    told(*(make_event() for _ in range(4)))
    assert deliver_due(cast.book, now=LATER) == 2
    assert states(channel="sms") == ["sent", "sent", "left_out", "left_out"]
    told(now=NOW + timedelta(days=1))
    assert deliver_due(cast.book, now=LATER + timedelta(days=1)) == 1


def test_another_time_zone_is_no_other_day(told, cast, twilio, settings):
    settings.SMS_PER_DAY = 1
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        Book.objects.filter(pk=cast.book.pk).update(time_zone=zone)
        told()
        deliver_due(cast.book, now=LATER)
    assert len(twilio.taken) == 1


def test_no_more_in_a_day_than_the_installation_may_send(told, cast, twilio, settings):
    settings.SMS_PER_DAY_OF_ALL = 2
    told(*(make_event() for _ in range(3)))
    assert deliver_due(cast.book, now=LATER) == 2


def test_no_more_codes_to_a_number_whoever_asks(cast, twilio):
    phones = [add_phone(user=person.user, number=NUMBER, now=NOW) for person in (cast.alice, cast.bob)]
    for phone in (phones * 3)[:CODES_TO_A_NUMBER]:
        new_code(device=phone, now=NOW)
    for phone in phones:
        with pytest.raises(NotAllowed):
            new_code(device=phone, now=NOW)
    new_code(device=phones[0], now=NOW + timedelta(days=1))


def test_an_unverified_phone_is_sent_nothing(told, cast, phone, twilio):
    phone.verified_at = None
    phone.save()
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert not twilio.requests


def test_a_number_that_twilio_refuses_is_not_tried_again(told, cast, twilio):
    twilio.answers = [400]
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert states() == ["failed"]


def test_a_busy_twilio_is_asked_later(told, cast, twilio):
    twilio.answers = [429]
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert deliver_due(cast.book, now=LATER + timedelta(minutes=1)) == 1
    assert len(twilio.taken) == 1
    assert len({headers["Idempotency-Key"] for _path, headers, _body in twilio.requests}) == 1
