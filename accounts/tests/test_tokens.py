from datetime import timedelta

import jwt
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions, tokens
from accounts.models import AuditEvent, SignIn
from accounts.origin import NOWHERE
from accounts.tests.api import bearer, login, refresh, signed_in
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db
NEXT_KEY = "the next key of the test suite " + "z" * 20


@pytest.fixture
def user():
    person = make_user()
    make_book(person)
    return person


def test_login_opens_the_api(user):
    answer = login().json()
    me = bearer(answer["access"]).get("/api/auth/me").json()
    assert (me["email"], me["email_verified"], me["second_factor"]) == ("alice@example.com", True, False)
    assert answer["expires_in"] == 300
    assert "password" not in me


def test_claims_name_audience_type_and_sign_in(user):
    access = login().json()["access"]
    claims = jwt.decode(access, options={"verify_signature": False})
    assert (claims["aud"], claims["token_type"], claims["sub"]) == ("pocketpilot-api", "access", str(user.pk))
    assert claims["exp"] - claims["iat"] == 300
    assert SignIn.objects.filter(sid=claims["sid"]).exists()


def test_refresh_gives_a_new_pair_and_ends_the_old_one(user):
    first = login().json()
    second = refresh(first["refresh"])
    assert second.status_code == 200
    assert bearer(second.json()["access"]).get("/api/auth/me").status_code == 200


def test_reused_refresh_ends_its_family(user):
    first = login().json()
    second = refresh(first["refresh"]).json()
    assert refresh(first["refresh"]).json()["code"] == "refresh_refused"
    assert refresh(second["refresh"]).status_code == 401
    assert bearer(second["access"]).get("/api/auth/me").status_code == 401
    assert AuditEvent.objects.filter(kind="token_reused", subject=user).count() == 1


def test_other_families_live_on(user):
    stolen, other = login().json(), login().json()
    refresh(stolen["refresh"])
    refresh(stolen["refresh"])
    assert refresh(other["refresh"]).status_code == 200


def test_access_and_refresh_are_not_exchangeable(user):
    pair = login().json()
    assert refresh(pair["access"]).status_code == 401
    assert bearer(pair["refresh"]).get("/api/auth/me").json()["code"] == "token_invalid"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\u00e9", "e30.e30.", "x" * 5000])
def test_garbage_is_refused(user, token):
    assert bearer(token).get("/api/auth/me").status_code == 401
    assert refresh(token).status_code in {400, 401, 403}


def forged(user, **changes):
    sign_in = SignIn.objects.get()
    now = int(timezone.now().timestamp())
    claims = {
        "aud": "pocketpilot-api",
        "iss": "pocketpilot-api",
        "token_type": "access",
        "jti": "j",
        "sid": sign_in.sid,
        "sub": str(user.pk),
        "iat": now,
        "exp": now + 60,
    }
    return {key: value for key, value in {**claims, **changes}.items() if value is not None}


def signed(claims, key=None, algorithm="HS256", kid=None):
    ring = tokens.ring()
    headers = {"kid": ring.key_id if kid is None else kid}
    return jwt.encode(claims, ring.keys[ring.key_id] if key is None else key, algorithm=algorithm, headers=headers)


def test_well_made_token_is_accepted(user):
    login()
    assert bearer(signed(forged(user))).get("/api/auth/me").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "somebody"},
        {"token_type": "refresh"},
        {"token_type": None},
        {"sid": "unknown"},
        {"sid": None},
        {"sid": 7},
        {"sub": "999999"},
        {"jti": None},
        {"exp": None},
        {"exp": 1},
    ],
)
def test_tampered_claims_are_refused(user, changes):
    login()
    assert bearer(signed(forged(user, **changes))).get("/api/auth/me").status_code == 401


def test_foreign_key_and_no_signature_are_refused(user, settings):
    login()
    assert bearer(signed(forged(user), key="k" * 40)).get("/api/auth/me").status_code == 401
    assert bearer(signed(forged(user), key=settings.SECRET_KEY)).get("/api/auth/me").status_code == 401
    assert bearer(signed(forged(user), key="", algorithm="none")).get("/api/auth/me").status_code == 401
    assert bearer(signed(forged(user), kid="other")).get("/api/auth/me").status_code == 401


def test_signing_keys_rotate(user, settings):
    old = login().json()
    before = settings.JWT_SIGNING_KEYS[0]
    settings.JWT_SIGNING_KEYS = [NEXT_KEY, before]
    assert bearer(old["access"]).get("/api/auth/me").status_code == 200
    new = refresh(old["refresh"]).json()
    settings.JWT_SIGNING_KEYS = [NEXT_KEY]
    assert bearer(new["access"]).get("/api/auth/me").status_code == 200
    assert bearer(old["access"]).get("/api/auth/me").status_code == 401


@pytest.mark.parametrize("keys", [[], ["short"], [NEXT_KEY, "x" * 31]])
def test_weak_keys_are_a_configuration_error(settings, keys):
    settings.JWT_SIGNING_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        tokens.ring()


def test_family_ends_absolutely(user):
    start = timezone.now() - timedelta(days=30, seconds=1)
    pair = actions.sign_in(user=user, origin=NOWHERE, now=start)
    with pytest.raises(actions.RefusedToken):
        actions.refresh(token=pair.refresh, origin=NOWHERE, now=timezone.now())


def test_refreshing_does_not_prolong_the_family(user):
    pair = actions.sign_in(user=user, origin=NOWHERE, now=timezone.now())
    ends = pair.sign_in.expires_at
    again = actions.refresh(token=pair.refresh, origin=NOWHERE, now=timezone.now() + timedelta(days=29))
    assert again.sign_in.expires_at == ends
    claims = jwt.decode(again.refresh, options={"verify_signature": False})
    assert claims["exp"] == int(ends.timestamp())


def test_refresh_of_a_deleted_user_is_refused_politely(user):
    pair = login().json()
    user.delete()
    assert refresh(pair["refresh"]).status_code == 401
    assert bearer(pair["access"]).get("/api/auth/me").status_code == 401


def test_secrets_are_in_no_repr(user):
    pair = actions.sign_in(user=user, origin=NOWHERE, now=timezone.now())
    shown = repr(pair) + repr(pair.sign_in) + repr(tokens.AccessToken(pair.access)) + str(pair.sign_in)
    for secret in (pair.access, pair.refresh, pair.sign_in.sid, pair.sign_in.jti):
        assert secret not in shown


def test_request_with_a_token_takes_few_queries(user, django_assert_num_queries):
    client = signed_in(user)
    with django_assert_num_queries(2):
        assert client.get("/api/books").status_code == 200


def test_wrong_password_and_unknown_address_answer_alike(user):
    wrong, unknown = login(password="something else"), login("nobody@example.com")
    assert wrong.status_code == unknown.status_code == 401
    same = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in (wrong, unknown)]
    assert same[0] == same[1]
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("body", [{}, {"email": "alice@example.com"}, {"email": 3, "password": []}, {"x": 1}])
def test_bad_login_body_is_refused(user, body):
    assert APIClient().post("/api/auth/login", body, format="json").status_code == 400


def test_stale_token_does_not_hinder_signing_in(user):
    body = {"email": user.email, "password": PASSWORD}
    assert bearer("stale").post("/api/auth/login", body, format="json").status_code == 200
