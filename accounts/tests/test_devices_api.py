import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.tests.api import bearer, login
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    person = make_user()
    make_book(person)
    return person


@pytest.fixture
def here(user):
    return bearer(login().json()["access"])


@pytest.fixture
def browser(user):
    client = Client()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_list_shows_browsers_and_clients(here, browser):
    found = here.get("/api/auth/sessions").json()
    assert sorted((device["kind"], device["current"]) for device in found) == [("browser", False), ("client", True)]
    assert not {"sid", "jti", "session_key"} & set(found[0])


def test_one_is_ended_by_its_id(here, browser):
    there = bearer(login().json()["access"])
    ids = [device["id"] for device in here.get("/api/auth/sessions").json() if not device["current"]]
    assert len(ids) == 2
    for device in ids:
        assert here.delete(f"/api/auth/sessions/{device}").status_code == 204
        assert here.delete(f"/api/auth/sessions/{device}").status_code == 404
    assert there.get("/api/auth/me").status_code == 401
    assert browser.get("/settings/profile").status_code == 302
    assert here.get("/api/auth/me").status_code == 200


def test_all_others_are_ended_at_once(here, browser):
    there = bearer(login().json()["access"])
    assert here.delete("/api/auth/sessions").status_code == 204
    assert there.get("/api/auth/me").status_code == 401
    assert browser.get("/settings/profile").status_code == 302
    assert here.get("/api/auth/me").status_code == 200
    assert AuditEvent.objects.get(kind="sessions_ended").details == {"count": 2}


def test_devices_of_others_are_404(here):
    other = make_user("bob@example.com")
    make_book(other)
    theirs = bearer(login("bob@example.com").json()["access"])
    device = theirs.get("/api/auth/sessions").json()[0]["id"]
    assert here.delete(f"/api/auth/sessions/{device}").status_code == 404
    assert theirs.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("device", ["client/0", "browser/99999999999999999999", "tablet/1", "client/x"])
def test_absurd_devices_are_404(here, device):
    assert here.delete(f"/api/auth/sessions/{device}").status_code == 404


def test_a_browser_that_is_signed_out_is_an_event(here, browser, user):
    [found] = [each["id"] for each in here.get("/api/auth/sessions").json() if each["kind"] == "browser"]
    assert here.delete(f"/api/auth/sessions/{found}").status_code == 204
    event = AuditEvent.objects.filter(kind="sessions_ended").get()
    assert (event.subject, event.details) == (user, {"count": 1})
