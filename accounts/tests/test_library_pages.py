"""Every page that allauth adds, whether we link to it or not: it answers, and never with an error of ours."""

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.tests.factories import make_book, make_user

pytestmark = pytest.mark.django_db
FILLED = {"<int:pk>": "1", r"(?P<key>[-:\w]+)": "x:y:z", "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-x"}


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif route.startswith("auth/"):
            yield route


def addresses():
    for route in routes(get_resolver().url_patterns):
        for placeholder, value in FILLED.items():
            route = route.replace(placeholder, value)
        yield "/" + route.replace("^", "").replace("$", "").replace(r"\Z", "")


def test_there_are_pages_and_none_is_left_out():
    found = list(addresses())
    assert len(found) > 30
    assert [each for each in found if any(sign in each for sign in "<>()?[]")] == []


@pytest.mark.parametrize("method", ["get", "post", "put", "head"])
@pytest.mark.parametrize("known", [True, False])
def test_every_page_answers(method, known):
    user = make_user()
    make_book(user)
    for address in addresses():
        client = Client(raise_request_exception=False)
        if known:
            client.force_login(user)
        assert getattr(client, method)(address).status_code < 500, address


def test_google_is_not_there_when_it_is_not_set_up(client):
    assert client.post("/auth/google/login/").status_code == 404


def test_a_refused_new_password_keeps_its_one_hint(client):
    body = {"name": "Ada", "email": "ada@example.com", "password1": "12345678"}
    page = client.post("/auth/signup/", body).content.decode()
    assert "This password is too common." in page
    assert "A few words you will remember" in page
    assert "commonly used" not in page


def test_only_what_makes_sense_is_offered_for_an_address(client):
    user = make_user()
    make_book(user)
    client.force_login(user)
    assert "action_" not in client.get("/auth/email/").content.decode().replace("action_add", "")
    user.emailaddress_set.create(email="second@example.com")
    assert "action_send" in client.get("/auth/email/").content.decode()
