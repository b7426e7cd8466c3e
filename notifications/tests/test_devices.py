"""Phones and browsers: verified by a code, kept encrypted, shown masked, and a person's own."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.actions import verify
from notifications.models import Device
from notifications.tests.browser import Browser
from notifications.tests.conftest import NUMBER

pytestmark = pytest.mark.django_db
PHONE = {"kind": "phone", "number": NUMBER}


@pytest.fixture
def client(api, cast):
    return api(cast.alice)


def add(client, body=PHONE):
    return client.post("/api/devices", body, format="json")


def code_in(twilio):
    return re.match(r"\d{6}", twilio.taken[-1]["body"])[0]


@pytest.fixture
def added(client, twilio, run_tasks):
    """The id of a phone that was sent its code."""
    pk = add(client).json()["id"]
    run_tasks()
    return pk


def check(client, pk, code):
    return client.post(f"/api/devices/{pk}/verify", {"code": code}, format="json")


def test_a_phone_is_verified_by_the_code_that_it_was_sent(client, added, twilio):
    assert not Device.objects.get().verified_at
    answer = check(client, added, code_in(twilio))
    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    assert check(client, added, code_in(twilio)).status_code == 400


def test_the_number_is_shown_masked_and_lies_encrypted(client, added):
    assert client.get("/api/devices").json()["results"][0]["hint"] == "+44 ··· 01"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_device")
        stored = str([bytes(v) if isinstance(v, memoryview) else v for v in cursor.fetchone()])
    assert NUMBER not in stored
    assert Device.objects.get().secret.reveal() == NUMBER


def test_the_code_is_kept_as_a_digest(added, twilio):
    row = Device.objects.get()
    assert code_in(twilio) not in row.code
    assert len(row.code) == 64


def test_five_wrong_tries_end_a_code(client, added, twilio):
    right = code_in(twilio)
    wrong = "000000" if right != "000000" else "111111"
    assert [check(client, added, wrong).status_code for _ in range(5)] == [400] * 5
    assert check(client, added, right).status_code == 400
    assert Device.objects.get().verified_at is None


def test_a_code_ends_after_ten_minutes(added, twilio):
    from notifications.actions import WrongCode

    row, now = Device.objects.get(), timezone.now()
    with pytest.raises(WrongCode):
        verify(device=row, code=code_in(twilio), now=now + timedelta(minutes=10, seconds=5))
    verify(device=row, code=code_in(twilio), now=now + timedelta(minutes=9))


def test_another_code_takes_the_place_of_the_first(client, added, twilio, run_tasks):
    first = code_in(twilio)
    assert client.post(f"/api/devices/{added}/code").status_code == 202
    run_tasks()
    if code_in(twilio) != first:
        assert check(client, added, first).status_code == 400
    assert check(client, added, code_in(twilio)).status_code == 200


def test_codes_count_to_the_texts_of_a_day(client, added, twilio, run_tasks, settings):
    settings.SMS_PER_DAY = 3
    for _ in range(5):
        client.post(f"/api/devices/{added}/code")
        run_tasks()
    assert len(twilio.taken) == 3


def test_no_code_is_promised_where_none_can_be_sent(client, added, cast, settings):
    from django.test import Client

    settings.SMS_PER_DAY = 1
    assert client.post(f"/api/devices/{added}/code").status_code == 400
    assert add(client, {"kind": "phone", "number": "+441632960002"}).status_code == 400
    assert Device.objects.count() == 1
    browser = Client()
    browser.force_login(cast.alice.user)
    page = browser.post(f"/settings/notifications/devices/{added}/code", follow=True).content.decode()
    assert "No more text messages today." in page
    assert "on its way" not in page


def test_the_same_phone_is_there_once(client, added, twilio):
    assert add(client).json()["id"] == added
    assert Device.objects.count() == 1


def test_ten_are_enough(client, twilio):
    for number in range(10):
        assert add(client, {"kind": "phone", "number": f"+4416329600{number:02}"}).status_code == 201
    assert add(client, {"kind": "phone", "number": "+441632960099"}).status_code == 400


@pytest.mark.parametrize("number", ["12345", "+0123456789", "+44 1632", "", "+4416329600019999999"])
def test_what_is_no_number_is_refused(client, twilio, number):
    assert add(client, {"kind": "phone", "number": number}).status_code == 400


def test_a_browser_subscribes(client, push_service, settings):
    subscription = {"kind": "push", "endpoint": f"{push_service.url}/sub/1", "keys": Browser().keys}
    answer = add(client, subscription)
    assert (answer.status_code, answer.json()["verified"]) == (201, True)
    assert client.get("/api/devices").json()["push_key"]
    settings.PUSH_LOOPBACK = False
    refused = add(client, {**subscription, "endpoint": f"{push_service.url}/sub/2"})
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"endpoint"})


def test_a_browser_is_that_of_whoever_subscribed_last(api, cast, client, push_service):
    subscription = {"kind": "push", "endpoint": f"{push_service.url}/sub/1", "keys": Browser().keys}
    for person in (client, api(cast.bob)):
        assert add(person, subscription).status_code == 201
    assert [row.user_id for row in Device.objects.all()] == [cast.bob.user.pk]


@pytest.mark.parametrize("keys", [{"p256dh": "x", "auth": "y"}, {"p256dh": "B" * 87, "auth": "A" * 22}, {}])
def test_keys_that_are_none_are_refused(client, push_service, keys):
    assert add(client, {"kind": "push", "endpoint": f"{push_service.url}/1", "keys": keys}).status_code == 400


def test_what_is_off_here_is_refused(client):
    assert add(client).status_code == 400
    subscription = {"kind": "push", "endpoint": "https://8.8.8.8/1", "keys": Browser().keys}
    assert add(client, subscription).status_code == 400


def test_stranger_reaches_none_of_it(api, cast, added):
    stranger = api(cast.stranger)
    assert stranger.get("/api/devices").json()["results"] == []
    assert stranger.delete(f"/api/devices/{added}").status_code == 404
    assert check(stranger, added, "123456").status_code == 404


def test_one_is_removed(client, added):
    assert client.delete(f"/api/devices/{added}").status_code == 204
    assert not Device.objects.exists()


def test_the_page_adds_verifies_and_removes(cast, twilio, run_tasks, client):
    from django.test import Client

    browser = Client()
    browser.force_login(cast.alice.user)
    assert browser.post("/settings/notifications/phone", {"number": "01632"}).status_code == 422
    assert browser.post("/settings/notifications/phone", {"number": "+44 1632 960001"}).status_code == 302
    run_tasks()
    row = Device.objects.get()
    address = f"/settings/notifications/devices/{row.pk}"
    assert "Needs its code" in browser.get("/settings/notifications").content.decode()
    assert browser.post(f"{address}/verify", {"code": "x"}).status_code == 422
    assert browser.post(f"{address}/verify", {"code": code_in(twilio)}).status_code == 302
    row.refresh_from_db()
    assert row.verified_at
    assert browser.post(f"{address}/remove").status_code == 302
    assert not Device.objects.exists()
