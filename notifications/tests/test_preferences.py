"""What a person is told and how is theirs to choose, on a page without scripts and over the API."""

from datetime import time

import pytest

from notifications import queries, rules
from notifications.kinds import KINDS, Channel
from notifications.models import Manner, Preference

pytestmark = pytest.mark.django_db
ADDRESS, PAGE = "/api/notification-preferences", "/settings/notifications"
WHOLE = {"preferences": [], "quiet_from": None, "quiet_until": None, "digest": "none", "amounts": False}


def on(answer):
    return {(each["kind"], each["channel"]) for each in answer.json()["preferences"] if each["on"]}


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice.user)
    return client


def test_what_is_usual_is_on_before_anybody_chose(api, cast):
    answer = api(cast.alice).get(ADDRESS)
    assert ("bill_due", "email") in on(answer)
    assert ("budget", "email") not in on(answer)
    assert answer.json()["channels"] == ["in_app", "email"]


def test_only_kinds_that_can_happen_are_offered(api, cast):
    offered = {each["kind"] for each in api(cast.alice).get(ADDRESS).json()["preferences"]}
    assert offered == set(rules.offered()) <= KINDS.keys()


def test_a_change_keeps_the_rest(api, cast):
    client = api(cast.alice)
    before = on(client.get(ADDRESS))
    change = {"preferences": [{"kind": "budget", "channel": "email", "on": True}], "digest": "daily"}
    answer = client.patch(ADDRESS, change, format="json")
    assert on(answer) == before | {("budget", "email")}
    assert answer.json()["digest"] == "daily"
    assert on(api(cast.bob).get(ADDRESS)) == before


def test_putting_all_takes_the_rest_back_to_what_is_usual(api, cast):
    client = api(cast.alice)
    usual = on(client.get(ADDRESS))
    client.patch(ADDRESS, {"preferences": [{"kind": "budget", "channel": "email", "on": True}]}, format="json")
    chosen = {"kind": "income", "channel": "in_app", "on": False}
    answer = client.put(ADDRESS, {**WHOLE, "preferences": [chosen], "amounts": True}, format="json")
    assert on(answer) == usual - {("income", "in_app")}
    assert answer.json()["amounts"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": None},
        {"quiet_from": "24:00", "quiet_until": "07:00"},
        {"quiet_from": "", "quiet_until": ""},
        {"quiet_from": 7, "quiet_until": 8},
        {"digest": "hourly"},
        {"preferences": [{"kind": "weather", "channel": "email", "on": True}]},
        {"preferences": [{"kind": "budget", "channel": "pigeon", "on": True}]},
        {"unknown": 1},
    ],
)
def test_what_makes_no_sense_is_refused(api, cast, change):
    assert api(cast.alice).patch(ADDRESS, change, format="json").status_code == 400
    assert not Preference.objects.exists()
    assert not Manner.objects.exists()


def test_quiet_hours_are_set_and_taken_away(api, cast):
    client = api(cast.alice)
    answer = client.patch(ADDRESS, {"quiet_from": "22:00", "quiet_until": "07:00"}, format="json")
    assert (answer.json()["quiet_from"], answer.json()["quiet_until"]) == ("22:00", "07:00")
    manner = queries.manner(user=cast.alice.user)
    assert (manner.quiet_from, manner.quiet_until) == (time(22), time(7))
    answer = client.patch(ADDRESS, {"quiet_from": None, "quiet_until": None}, format="json")
    assert answer.json()["quiet_from"] is None


def test_the_page_keeps_what_was_ticked(alice, cast):
    ticked = {"budget:email": "on", "bill_due:in_app": "on", "quiet_from": "22:00", "quiet_until": "07:00"}
    assert alice.post(PAGE, {**ticked, "digest": "weekly"}).status_code == 302
    chosen = {each.kind.name: each.on for each in queries.choices(user=cast.alice.user)}
    assert Channel.EMAIL in chosen["budget"]
    assert Channel.IN_APP not in chosen["budget"]
    assert Channel.EMAIL not in chosen["bill_due"]
    assert queries.manner(user=cast.alice.user).digest == "weekly"
    page = alice.get(PAGE).content.decode()
    assert 'name="budget:email" value="on" checked' in page
    assert 'name="bill_due:email" value="on" checked' not in page


def test_a_channel_that_is_off_here_keeps_its_choices(alice, cast):
    alice.post(PAGE, {"digest": "none"})
    assert not Preference.objects.filter(channel__in=["sms", "push"]).exists()


def test_half_of_the_quiet_hours_is_refused(alice):
    answer = alice.post(PAGE, {"quiet_from": "22:00", "digest": "none"})
    assert answer.status_code == 422
    assert "Give both ends" in answer.content.decode()


def test_stranger_signs_in_first(client):
    assert client.get(PAGE)["Location"].startswith("/auth/login/")
