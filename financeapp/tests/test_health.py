"""What load balancers, monitors and operators are told."""

import pytest
from django.db import OperationalError

from financeapp import health

pytestmark = pytest.mark.django_db


def down(*args, **options):
    raise OperationalError("host=secret")


def test_live_needs_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"status": "healthy"}


def test_ready_needs_the_database(client, monkeypatch):
    assert client.get("/health/ready").status_code == 200
    monkeypatch.setattr(health, "check_database", down)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unhealthy"}


@pytest.mark.parametrize("part", ["database", "cache"])
def test_vital_parts_make_it_503(client, monkeypatch, part):
    monkeypatch.setattr(health, f"check_{part}", down)
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["checks"][part] == "failed"
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("part", ["broker", "bank"])
def test_other_parts_only_degrade(client, monkeypatch, part):
    monkeypatch.setattr(health, "_outside", {})
    monkeypatch.setattr(health, f"check_{part}", down)
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"][part] == "degraded"


def test_all_is_well_beside_the_bank(client, monkeypatch, sandbox_bank):
    monkeypatch.setattr(health, "_outside", {})
    assert client.get("/health").json()["status"] == "healthy"


def test_strangers_cannot_make_us_call_others_often(client, monkeypatch):
    calls = []
    monkeypatch.setattr(health, "_outside", {})
    monkeypatch.setattr(health, "check_bank", lambda: calls.append(1))
    for _ in range(5):
        client.get("/health")
    assert len(calls) == 1
