import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import AuditEvent
from accounts.tests.api import login
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def user():
    person = make_user()
    make_book(person)
    return person


@pytest.fixture
def secret(user):
    text = generate_totp_secret()
    TOTP.activate(user, text)
    return text


def test_api_asks_for_the_code_and_gives_nothing_without(user, secret):
    answer = login()
    assert (answer.status_code, answer.json()["code"]) == (401, "mfa_required")
    assert login(password="wrong").json()["code"] == "wrong_credentials"


def test_api_takes_the_code_once(user, secret):
    code = code_for(secret)
    assert login(code=code).status_code == 200
    assert login(code=code).json()["code"] == "mfa_wrong"


@pytest.mark.parametrize("code", ["000000x", "12", "\u202e", "abcdef"])
def test_wrong_code_is_refused_and_noted(user, secret, code):
    assert login(code=code).json()["code"] == "mfa_wrong"
    assert AuditEvent.objects.filter(kind="mfa_failed", subject=user).count() == 1


def test_recovery_code_works_once(user, secret):
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    assert login(code=code).status_code == 200
    assert login(code=code).json()["code"] == "mfa_wrong"


def test_secrets_lie_encrypted(user, secret):
    RecoveryCodes.activate(user)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    seed = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    assert len(seed.get_unused_codes()) == 10


def browser(user):
    client = Client()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_set_up_by_pages_and_sign_in_with_it(user):
    client = browser(user)
    client.post("/auth/reauthenticate/", {"password": PASSWORD})
    page = client.get("/auth/2fa/totp/activate/").content.decode()
    key = re.search(r'<code class="break">(\w+)</code>', page).group(1)
    assert client.post("/auth/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.post("/auth/2fa/totp/activate/", {"code": code_for(key)}).status_code == 302
    codes = client.get("/auth/2fa/recovery-codes/")
    assert codes.content.decode().count("<li><code>") == 10

    other = browser(user)
    assert other.get("/settings/profile").status_code == 302
    assert "One more step" in other.get("/auth/2fa/authenticate/").content.decode()
    one = re.search(r"<li><code>(\d+)</code>", codes.content.decode()).group(1)
    assert other.post("/auth/2fa/authenticate/", {"code": one}).headers["Location"] == "/"
    assert other.get("/settings/profile").status_code == 200


def test_turning_it_off_takes_the_password_again(user, secret):
    client = Client()
    client.force_login(user)
    answer = client.post("/auth/2fa/totp/deactivate/")
    assert answer.headers["Location"].startswith("/auth/")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
