"""Signing out, a new password and a closed account bite at the next request."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AuditEvent
from accounts.tests.api import bearer, login, refresh, signed_in
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db
NEW = "another good long password"


@pytest.fixture
def user():
    person = make_user()
    make_book(person)
    return person


def browser(user):
    client = Client()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    assert client.get("/settings/profile").status_code == 200
    return client


def assert_all_ended(pair, *browsers):
    assert bearer(pair["access"]).get("/api/auth/me").status_code == 401
    assert refresh(pair["refresh"]).status_code == 401
    assert [client.get("/settings/profile").status_code for client in browsers] == [302] * len(browsers)


def test_logout_ends_access_and_refresh(user):
    pair = login().json()
    answer = bearer(pair["access"]).post("/api/auth/logout")
    assert answer.status_code == 204
    assert_all_ended(pair)


def test_logout_leaves_other_clients_alone(user):
    pair, other = login().json(), login().json()
    bearer(pair["access"]).post("/api/auth/logout")
    assert bearer(other["access"]).get("/api/auth/me").status_code == 200


def test_logout_needs_somebody(user):
    assert APIClient().post("/api/auth/logout").status_code == 401


@pytest.fixture
def idle(user):
    """What a client holds after a walk: an access token that has ended and a refresh token that is good."""
    with time_machine.travel(timezone.now() - timedelta(minutes=30), tick=False):
        pair = login().json()
    assert bearer(pair["access"]).get("/api/auth/me").status_code == 401
    return pair


def log_out(client, **body):
    return client.post("/api/auth/logout", body, format="json")


@pytest.mark.parametrize("with_header", [True, False])
def test_logout_takes_the_refresh_token(idle, with_header):
    client = bearer(idle["access"]) if with_header else APIClient()
    assert log_out(client, refresh=idle["refresh"]).status_code == 204
    assert refresh(idle["refresh"]).status_code == 401
    assert AuditEvent.objects.filter(kind="sign_out").count() == 1


def test_logout_with_an_older_refresh_token_ends_the_family(user):
    first = login().json()
    second = refresh(first["refresh"]).json()
    assert log_out(APIClient(), refresh=first["refresh"]).status_code == 204
    assert_all_ended(second)


@pytest.mark.parametrize("token", ["nonsense", "x.y.z"])
def test_logout_with_a_token_that_is_not_good_is_done(user, token):
    other = login().json()
    assert log_out(APIClient(), refresh=token).status_code == 204
    assert bearer(other["access"]).get("/api/auth/me").status_code == 200


def test_logout_twice_is_done(user):
    pair = login().json()
    assert [log_out(APIClient(), refresh=pair["refresh"]).status_code for _n in range(2)] == [204, 204]


def test_logout_with_an_ended_access_token_alone_is_refused(idle):
    assert log_out(bearer(idle["access"])).status_code == 401
    assert refresh(idle["refresh"]).status_code == 200


def test_password_change_through_the_api_ends_everything(user):
    pair, page = login().json(), browser(user)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert bearer(pair["access"]).post("/api/auth/password", body, format="json").status_code == 204
    assert_all_ended(pair, page)
    assert login(password=NEW).status_code == 200


def test_password_change_on_the_page_keeps_only_that_browser(user, mailoutbox):
    pair, here, there = login().json(), browser(user), browser(user)
    here.post("/auth/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/settings/profile").status_code == 200
    assert_all_ended(pair, there)
    assert "Your password was changed." in mailoutbox[0].body


def test_password_set_elsewhere_ends_tokens_too(user):
    pair = login().json()
    user.set_password(NEW)
    user.save()
    assert_all_ended(pair)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": "wrong", "new_password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ({"current_password": PASSWORD}, "new_password"),
    ],
)
def test_bad_password_change_changes_nothing(user, body, field):
    client = signed_in(user)
    answer = client.post("/api/auth/password", body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert client.get("/api/auth/me").status_code == 200
    assert login().status_code == 200


def test_deactivation_ends_everything(user):
    pair, page = login().json(), browser(user)
    user.is_active = False
    user.save()
    assert_all_ended(pair, page)
    assert login().json()["code"] == "wrong_credentials"


def forgot(email):
    return APIClient().post("/api/auth/forgot-password", {"email": email}, format="json")


def reset(token, password=NEW):
    return APIClient().post("/api/auth/reset-password", {"token": token, "password": password}, format="json")


def token_in(mail):
    return re.search(r"/auth/password/reset/key/([^/\s]+)/", mail.body).group(1)


def test_forgotten_password_answers_alike_for_known_and_unknown(user, mailoutbox):
    known, unknown = forgot(user.email), forgot("nobody@example.com")
    assert known.status_code == unknown.status_code == 202
    assert known.json() == unknown.json()
    assert [mail.to[0] for mail in mailoutbox] == [user.email, "nobody@example.com"]


def test_reset_ends_everything_and_its_token_dies(user, mailoutbox):
    pair, page = login().json(), browser(user)
    forgot(user.email)
    token = token_in(mailoutbox[0])
    assert reset(token).status_code == 200
    assert_all_ended(pair, page)
    assert login(password=NEW).status_code == 200
    assert reset(token, "yet another password").json()["code"] == "link_invalid"


def test_reset_page_works(user, mailoutbox, client):
    client.post("/auth/password/reset/", {"email": user.email})
    link = re.search(r"/auth/password/reset/key/[^\s]+", mailoutbox[0].body).group()
    form = client.get(link, follow=True)
    assert form.status_code == 200
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert login(password=NEW).status_code == 200


@pytest.mark.parametrize("token", ["", "1", "1-x", "zz-abc-def", "9999999999999-x", "\u202e-x"])
def test_forged_reset_changes_nothing(user, token):
    assert reset(token).status_code == 400
    assert login().status_code == 200


def test_reset_refuses_a_weak_password_and_the_token_stays_good(user, mailoutbox):
    forgot(user.email)
    token = token_in(mailoutbox[0])
    assert "password" in reset(token, "12345678").json()["fields"]
    assert reset(token).status_code == 200


def test_closed_account_cannot_be_reset(user, mailoutbox):
    forgot(user.email)
    user.is_active = False
    user.save()
    assert reset(token_in(mailoutbox[0])).status_code == 400
