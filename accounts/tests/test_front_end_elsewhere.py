"""A front end of one's own on another address of the same site calls the API with cookies; nobody else's does."""

import json
import subprocess
import sys

import pytest
from django.conf import settings as ours
from rest_framework.test import APIClient

from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db
FRONT = "https://app.example.com"


@pytest.fixture
def front(settings):
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = [FRONT]


def preflight(origin, header):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": header,
    }
    return APIClient().options("/api/books", headers=asked).headers


@pytest.mark.parametrize("header", ["x-csrftoken", "x-book", "idempotency-key", "x-request-id", "content-type"])
def test_it_may_send_every_header_that_the_api_knows(front, header):
    answer = preflight(FRONT, header)
    assert answer["Access-Control-Allow-Origin"] == FRONT
    assert answer["Access-Control-Allow-Credentials"] == "true"
    assert header in answer["Access-Control-Allow-Headers"].split(", ")


def test_others_may_not(front):
    assert "Access-Control-Allow-Origin" not in preflight("https://evil.example", "x-book")


@pytest.mark.parametrize(("origin", "status"), [(FRONT, 201), ("https://evil.example", 403)])
def test_its_cookies_write_with_the_csrf_token(front, origin, status):
    make_book(make_user())
    client = APIClient(enforce_csrf_checks=True)
    body = {"email": "alice@example.com", "password": PASSWORD, "cookie": True}
    token = client.post("/api/auth/login", body, format="json").json()["csrf_token"]
    book = {"kind": "household", "name": "Home", "currency": "EUR"}
    headers = {"Origin": origin, "X-CSRFToken": token}
    assert client.post("/api/books", book, format="json", headers=headers, secure=True).status_code == status


def test_its_address_is_enough_to_set_it_up(tmp_path):
    names = "[s.CORS_ALLOWED_ORIGINS, s.CSRF_TRUSTED_ORIGINS]"
    show = f"import json; from financeapp import settings as s; print(json.dumps({names}))"
    secrets = {"SECRET_KEY": "x" * 50, "ENCRYPTION_KEYS": f"k:{'ab' * 32}", "JWT_SIGNING_KEYS": "y" * 50}
    given = {"SITE_URL": "https://api.example.com", "FRONTEND_URL": f"{FRONT}/money/", "VAR_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", show], env={**secrets, **given}, cwd=ours.BASE_DIR, capture_output=True)
    assert json.loads(ran.stdout) == [[FRONT], ["https://api.example.com", FRONT]]
