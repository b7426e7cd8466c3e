"""While Redis is down pages that count tries say so plainly, and nothing answers 500."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    person = make_user()
    make_book(person)
    return person


@pytest.fixture
def down(settings, user):
    """The address of a Redis where nobody listens."""
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": redis}
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("login", {"login": "alice@example.com", "password": PASSWORD}),
        ("signup", {"email": "new@example.com", "password1": "a long enough phrase", "name": "New"}),
        ("password/reset", {"email": "alice@example.com"}),
    ],
)
def test_a_page_that_counts_tries_says_when_to_come_back(down, address, form):
    answer = Client(raise_request_exception=False).post(f"/auth/{address}/", form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Not available at the moment" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("signup", {"email": "new@example.com", "password": "a long enough phrase", "name": "New"}),
        ("forgot-password", {"email": "alice@example.com"}),
    ],
)
def test_the_api_says_so_in_its_envelope(down, address, body):
    client = APIClient(raise_request_exception=False)
    answer = client.post(f"/api/auth/{address}", body, format="json")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "30")


def test_who_is_signed_in_goes_on(user, request):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    request.getfixturevalue("down")
    for address in ("/", "/transactions", "/accounts", "/settings/profile"):
        assert client.get(address).status_code == 200, address
