"""Ten tries a minute per account and per address, which no success elsewhere clears."""

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts import attempts
from accounts.tests.api import login
from accounts.tests.factories import make_book, make_user

pytestmark = pytest.mark.django_db
MOMENT = "2026-03-15 12:00:01"


@pytest.fixture(autouse=True)
def _few_tries(settings):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "auth": "10/m"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    make_book(make_user())


def tries(count, **answer):
    return [login(**answer).status_code for _number in range(count)]


def test_eleventh_try_on_an_account_waits():
    with time_machine.travel(MOMENT, tick=False):
        assert set(tries(10, password="wrong")) == {401}
        answer = login(password="wrong")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_unknown_accounts_are_limited_alike():
    with time_machine.travel(MOMENT, tick=False):
        assert tries(11, email="nobody@example.com", password="wrong")[-1] == 429


def test_right_password_does_not_clear_the_count():
    with time_machine.travel(MOMENT, tick=False):
        tries(9, password="wrong")
        assert login().status_code == 200
        assert login(password="wrong").status_code == 429


def test_another_address_does_not_get_round_it():
    with time_machine.travel(MOMENT, tick=False):
        for number in range(10):
            attempts.count("login", "alice@example.com" if number % 2 else "ALICE@example.com")
        with pytest.raises(attempts.TooManyAttempts):
            attempts.count("login", "alice@example.com")


def test_a_minute_later_it_goes_on():
    with time_machine.travel(MOMENT, tick=False):
        tries(11, password="wrong")
    with time_machine.travel("2026-03-15 12:01:01", tick=False):
        assert login().status_code == 200


@pytest.mark.parametrize("address", ["signup", "refresh", "forgot-password", "reset-password", "verify-email"])
def test_every_door_is_limited(address):
    with time_machine.travel(MOMENT, tick=False):
        codes = [APIClient().post(f"/api/auth/{address}", {}, format="json").status_code for _n in range(11)]
    assert codes[-1] == 429
