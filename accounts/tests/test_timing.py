"""The clock does not tell known addresses from unknown ones."""

import statistics
import time
from itertools import count

import pytest
from rest_framework.test import APIClient

from accounts.tests.api import login
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROUNDS = 15
APART = 0.015
numbers = count()


@pytest.fixture(autouse=True)
def _real_hashing(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2"]
    make_book(make_user())


def medians(*calls):
    """Seconds of work of each call, in turns: what else the machine does is not counted."""
    for call in calls:
        call()
    taken = [[] for _call in calls]
    for _round in range(ROUNDS):
        for times, call in zip(taken, calls, strict=True):
            start = time.process_time()
            call()
            times.append(time.process_time() - start)
    return [statistics.median(times) for times in taken]


def test_login():
    known, unknown = medians(lambda: login(password="wrong"), lambda: login("nobody@example.com", password="wrong"))
    assert abs(known - unknown) < APART


def sign_up(email):
    body = {"email": email, "password": PASSWORD, "name": "Ann"}
    assert APIClient().post("/api/auth/signup", body, format="json").status_code == 202


def test_sign_up(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    known, new = medians(lambda: sign_up("alice@example.com"), lambda: sign_up(f"new{next(numbers)}@example.com"))
    assert abs(known - new) < max(APART, new / 4)


def test_forgotten_password():
    def forgot(email):
        return APIClient().post("/api/auth/forgot-password", {"email": email}, format="json")

    known, unknown = medians(lambda: forgot("alice@example.com"), lambda: forgot("nobody@example.com"))
    assert abs(known - unknown) < APART
