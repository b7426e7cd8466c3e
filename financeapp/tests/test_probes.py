"""Orchestrators and Prometheus ask a container by its address, over http, on an installation that wants neither."""

import pytest

from financeapp import probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT, settings.METRICS_TOKEN = ["money.example"], True, "token"


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "web:8000", "money.example", "an_impossible name"])
@pytest.mark.parametrize("path", sorted(probes.PATHS))
def test_are_answered(client, production, path, host):
    answer = client.get(path, HTTP_HOST=host, HTTP_AUTHORIZATION="Bearer token")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"]


def test_nothing_else_is(client, production):
    client.raise_request_exception = False
    assert client.get("/metrics/", HTTP_HOST="10.0.0.7").status_code in {301, 400}
    assert client.get("/auth/login/", HTTP_HOST="10.0.0.7", secure=True).status_code == 400
    assert client.get("/auth/login/", HTTP_HOST="money.example").status_code == 301


def test_metrics_keep_their_token(client, production):
    assert client.get("/metrics", HTTP_HOST="web:8000").status_code == 403


@pytest.mark.parametrize("path", sorted(probes.PATHS))
def test_only_reading_is_answered(client, production, path):
    assert client.post(path, HTTP_HOST="web:8000").status_code == 405
