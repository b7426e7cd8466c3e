import re

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from rest_framework.test import APIClient

from accounts.tests.api import login
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def token_of(user):
    return EmailConfirmationHMAC(EmailAddress.objects.get(user=user)).key


@pytest.fixture
def user():
    return make_user(verified=False)


def test_unverified_address_cannot_sign_in_and_gets_the_link_again(user, mailoutbox):
    answer = login()
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")
    assert "access" not in answer.json()
    assert re.search(r"/auth/confirm-email/", mailoutbox[0].body)


def test_the_answer_says_whether_a_mail_was_sent(user, mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/3m/key"}
    said = [login().json()["message"] for _number in range(2)]
    assert len(mailoutbox) == 1
    assert "sent you the link again" in said[0]
    assert "a moment ago" in said[1]


def test_wrong_password_does_not_tell_that_the_address_is_unverified(user):
    assert login(password="something else").json()["code"] == "wrong_credentials"


def confirm(token, *, method):
    if method == "get":
        return APIClient().get("/api/auth/verify-email", {"token": token})
    return APIClient().post("/api/auth/verify-email", {"token": token}, format="json")


@pytest.mark.parametrize("method", ["get", "post"])
def test_token_confirms_once(user, method):
    token = token_of(user)
    assert confirm(token, method=method).status_code == 200
    assert EmailAddress.objects.get().verified
    assert confirm(token, method=method).json()["code"] == "link_invalid"
    assert login().status_code == 200


def test_browser_is_sent_to_the_page_with_the_button(user):
    token = token_of(user)
    answer = APIClient().get("/api/auth/verify-email", {"token": token}, HTTP_ACCEPT="text/html,*/*;q=0.8")
    assert answer.headers["Location"] == f"/auth/confirm-email/{token}/"
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("token", ["", "nonsense", "MQ:1abc:forged", "../../admin", "\u202e"])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_forged_token_changes_nothing(user, token, accept):
    answer = APIClient().get("/api/auth/verify-email", {"token": token}, HTTP_ACCEPT=accept)
    assert answer.status_code in {302, 400}
    assert not EmailAddress.objects.get().verified


def test_old_token_is_refused(user):
    with time_machine.travel("2026-01-01"):
        token = token_of(user)
    with time_machine.travel("2026-01-05"):
        assert confirm(token, method="get").status_code == 400
