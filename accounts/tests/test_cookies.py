"""The tokens in cookies: out of reach of scripts, and of no use to another site."""

import pytest
from rest_framework.test import APIClient

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.tests.api import refresh
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    make_book(make_user())
    browser = APIClient(enforce_csrf_checks=True)
    body = {"email": "alice@example.com", "password": PASSWORD, "cookie": True}
    browser.answer = browser.post("/api/auth/login", body, format="json")
    browser.csrf = browser.answer.json()["csrf_token"]
    return browser


def test_tokens_are_only_in_the_cookies(client):
    assert "access" not in client.answer.json()
    for name in (ACCESS_COOKIE, REFRESH_COOKIE):
        cookie = client.answer.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"


def test_cookie_opens_the_api(client):
    assert client.get("/api/auth/me").json()["email"] == "alice@example.com"
    assert client.get("/api/auth/session").json()["method"] == "cookie"


def test_writing_needs_the_csrf_token(client):
    body = {"name": "Al"}
    assert client.patch("/api/user/settings", body, format="json").status_code == 403
    headers = {"X-CSRFToken": client.csrf}
    assert client.patch("/api/user/settings", body, format="json", headers=headers).status_code == 200


def test_refresh_by_cookie_needs_the_csrf_token_and_sets_new_cookies(client):
    assert client.post("/api/auth/refresh", {}, format="json").status_code == 403
    before = client.cookies[REFRESH_COOKIE].value
    assert client.post("/api/auth/refresh", {}, format="json", headers={"X-CSRFToken": client.csrf}).status_code == 200
    assert client.cookies[REFRESH_COOKIE].value != before
    assert client.get("/api/auth/me").status_code == 200


def test_logout_clears_and_ends(client):
    old = client.cookies[ACCESS_COOKIE].value
    answer = client.post("/api/auth/logout", headers={"X-CSRFToken": client.csrf})
    assert answer.status_code == 204
    assert answer.cookies[ACCESS_COOKIE].value == answer.cookies[REFRESH_COOKIE].value == ""
    client.cookies[ACCESS_COOKIE] = old
    assert client.get("/api/auth/me").status_code == 401


def test_logout_after_the_access_token_ended(client):
    """The browser keeps the access cookie for minutes and the refresh cookie for weeks."""
    del client.cookies[ACCESS_COOKIE]
    token = client.cookies[REFRESH_COOKIE].value
    assert client.post("/api/auth/logout").status_code == 403
    assert client.cookies[REFRESH_COOKIE].value == token
    answer = client.post("/api/auth/logout", headers={"X-CSRFToken": client.csrf})
    assert answer.status_code == 204
    assert answer.cookies[REFRESH_COOKIE].value == ""
    assert refresh(token).status_code == 401


def test_logout_clears_cookies_that_are_no_longer_good(client):
    client.cookies[ACCESS_COOKIE] = client.cookies[REFRESH_COOKIE] = "stale"
    answer = client.post("/api/auth/logout", headers={"X-CSRFToken": client.csrf})
    assert answer.status_code == 204
    assert answer.cookies[ACCESS_COOKIE].value == answer.cookies[REFRESH_COOKIE].value == ""


def test_stale_cookie_is_passed_over(client):
    client.cookies[ACCESS_COOKIE] = "stale"
    assert client.get("/api/auth/session").json()["authenticated"] is False
    body = {"email": "alice@example.com", "password": PASSWORD, "cookie": True}
    assert client.post("/api/auth/login", body, format="json").status_code == 200


def test_browser_session_needs_the_csrf_token(client):
    page = APIClient(enforce_csrf_checks=True)
    page.get("/auth/login/")
    csrf = page.get("/api/auth/session").json()["csrf_token"]
    form = {"login": "alice@example.com", "password": PASSWORD, "csrfmiddlewaretoken": csrf}
    assert page.post("/auth/login/", form).status_code == 302
    session = page.get("/api/auth/session").json()
    assert session["method"] == "session"
    assert page.patch("/api/user/settings", {"name": "Al"}, format="json").status_code == 403
    headers = {"X-CSRFToken": session["csrf_token"]}
    assert page.patch("/api/user/settings", {"name": "Al"}, format="json", headers=headers).status_code == 200
    assert page.post("/api/auth/logout", headers=headers).status_code == 204
    assert page.get("/api/auth/session").json()["authenticated"] is False


def test_form_of_another_site_cannot_sign_in():
    body = '{"email": "alice@example.com", "password": "x", "cookie": true}'
    answer = APIClient().post("/api/auth/login", body, content_type="text/plain")
    assert answer.status_code == 415
