"""Google sign-in against a provider on loopback. Run by test_google.py in a process of its own."""

import os
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from rest_framework.test import APIClient

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.models import AuditEvent, User
from accounts.tests.factories import PASSWORD, make_book, make_user
from accounts.tests.identity_provider import GOOGLE, IdentityProvider

pytestmark = pytest.mark.django_db
BACK = "http://localhost:8000/auth/callback"


@pytest.fixture(scope="module")
def provider():
    found = IdentityProvider(int(os.environ["PROVIDER_PORT"]))
    yield found
    found.server.shutdown()


@pytest.fixture(autouse=True)
def _honest(provider):
    provider.lies = {}


@pytest.fixture
def phone():
    return APIClient()


def begin(client, **body):
    return client.post("/api/auth/google/begin", body, format="json")


def consented(address, sub=GOOGLE):
    """The callback address that the provider sends the browser to."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].replace("http://testserver", "")


def through(client, sub=GOOGLE):
    return client.get(consented(begin(client, redirectUri=BACK).json()["authorizationUrl"], sub))


def refused(answer):
    return answer.status_code == 302 and answer.headers["Location"] == f"{BACK}?status=error"


def test_begin_binds_state_nonce_and_pkce(phone):
    query = parse_qs(urlsplit(begin(phone).json()["authorizationUrl"]).query)
    assert len(query["state"][0]) >= 16
    assert len(query["nonce"][0]) >= 32
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://testserver/api/auth/google/callback"]
    assert "verifier" not in str(query)


def test_newcomer_gets_an_account_with_a_book_and_cookies(phone):
    answer = through(phone)
    assert answer.headers["Location"] == f"{BACK}?status=success"
    assert answer.cookies[ACCESS_COOKIE]["httponly"]
    assert answer.cookies[REFRESH_COOKIE]["httponly"]
    user = User.objects.get()
    assert (user.email, user.name, user.default_book.kind) == ("alice@example.com", "Alice  Google", "personal")
    assert phone.get("/api/auth/session").json()["method"] == "cookie"
    assert SocialAccount.objects.get().uid == GOOGLE


def test_second_time_signs_in_by_sub_even_if_the_mail_changed(phone, provider):
    through(phone)
    provider.lies = {"email": "new@example.com"}
    through(APIClient())
    assert User.objects.get().email == "alice@example.com"


def test_page_works_too(provider):
    client = Client()
    sent = client.post("/auth/google/login/")
    assert sent.headers["Location"].startswith(provider.address)
    assert client.get(consented(sent.headers["Location"])).headers["Location"] == "/"
    assert client.get("/settings/profile").status_code == 200


def test_connecting_and_disconnecting_are_noted():
    user = make_user("bob@example.com")
    client = Client()
    client.force_login(user)
    client.post("/auth/reauthenticate/", {"password": PASSWORD})
    client.get(consented(client.post("/auth/google/login/?process=connect").headers["Location"]))
    account = SocialAccount.objects.get(user=user)
    client.post("/auth/3rdparty/", {"account": account.pk})
    kinds = list(AuditEvent.objects.filter(kind="google_changed").order_by("id").values_list("details", flat=True))
    assert kinds == [{"change": "connected"}, {"change": "disconnected"}]


@pytest.mark.parametrize("sub", [GOOGLE, "unverified"])
def test_known_address_is_not_taken_over(phone, sub):
    owner = make_user("alice@example.com")
    make_book(owner)
    answer = through(phone, sub)
    assert ACCESS_COOKIE not in answer.cookies
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert phone.get("/api/auth/session").json()["authenticated"] is False
    assert User.objects.count() == 1


def test_unverified_address_must_be_confirmed_first(phone, mailoutbox):
    answer = through(phone, "unverified")
    assert ACCESS_COOKIE not in answer.cookies
    assert not EmailAddress.objects.get().verified
    assert phone.get("/api/auth/session").json()["authenticated"] is False
    assert len(mailoutbox) == 1


def test_second_factor_is_asked(phone):
    through(phone)
    TOTP.activate(User.objects.get(), "JBSWY3DPEHPK3PXP")
    other = APIClient()
    answer = through(other)
    assert answer.headers["Location"] == "/auth/2fa/authenticate/"
    assert ACCESS_COOKIE not in answer.cookies
    assert other.get("/api/auth/session").json()["authenticated"] is False


def test_closed_account_stays_closed(phone):
    through(phone)
    User.objects.update(is_active=False)
    other = APIClient()
    assert ACCESS_COOKIE not in through(other).cookies
    assert other.get("/api/auth/session").json()["authenticated"] is False


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/auth/callback",
        "http://localhost:8000.evil.example/",
        "http://localhost:8000@evil.example/",
        "http://localhost:9000/",
        "https://localhost:8000/",
        "javascript:alert(1)",
        "http://localhost:8000\\@evil.example/",
        "//evil.example/",
    ],
)
def test_other_sites_are_not_returned_to(phone, target):
    answer = begin(phone, redirectUri=target)
    assert answer.status_code == 400
    assert "redirectUri" in answer.json()["fields"]


TAMPERED = {
    "unknown state": lambda url: url.replace("state=", "state=x"),
    "no state": lambda url: url.replace("state=", "stat="),
    "wrong code": lambda url: url.replace("code=", "code=x"),
    "no code": lambda url: url.replace("code=", "cod="),
    "cancelled": lambda url: url.replace("code=", "error=access_denied&cod="),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampered_callback_is_refused(phone, how):
    callback = consented(begin(phone).json()["authorizationUrl"])
    assert refused(phone.get(TAMPERED[how](callback)))
    assert not User.objects.exists()


def test_callback_of_another_browser_is_refused(phone):
    callback = consented(begin(phone).json()["authorizationUrl"])
    other = APIClient()
    begin(other)
    assert refused(other.get(callback))
    assert not User.objects.exists()


def test_code_of_another_request_is_refused(phone):
    """The verifier that belongs to the state does not fit the code: PKCE."""
    first, second = (consented(begin(phone).json()["authorizationUrl"]) for _number in range(2))
    code = parse_qs(urlsplit(first).query)["code"][0]
    assert refused(phone.get(second.replace(parse_qs(urlsplit(second).query)["code"][0], code)))
    assert not User.objects.exists()


def test_callback_works_once(phone):
    callback = consented(begin(phone).json()["authorizationUrl"])
    phone.get(callback)
    assert refused(phone.get(callback))


LIES = {
    "nonce of another request": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-app"},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "no subject": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_identity_token_that_lies_is_refused(phone, provider, lie):
    provider.lies = LIES[lie]
    answer = through(phone)
    assert refused(answer)
    assert not User.objects.exists()
