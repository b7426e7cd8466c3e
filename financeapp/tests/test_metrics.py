"""Counters for Prometheus."""

import pytest
from celery import signals

from financeapp import metrics

pytestmark = pytest.mark.django_db


def test_requests_are_counted_by_route_and_not_by_address(client):
    client.get("/transactions/123456789")
    client.get("/health/live")
    text = client.get("/metrics").content.decode()
    assert 'http_requests_total{method="GET",route="health/live",status="200"}' in text
    assert 'http_request_duration_seconds_bucket{le="0.005",method="GET",route="health/live"}' in text
    assert "123456789" not in text


def test_made_up_methods_do_not_fill_the_memory(client):
    client.generic("MADEUP", "/health/live")
    assert 'method="OTHER"' in client.get("/metrics").content.decode()


def test_syncs_are_timed(client):
    class Task:
        name = metrics.SYNC_TASK

    signals.task_prerun.send(sender=Task, task_id="t1", task=Task)
    signals.task_postrun.send(sender=Task, task_id="t1", task=Task)
    text = client.get("/metrics").content.decode()
    for bound in ("0.1", "0.5", "1.0", "2.0", "5.0", "10.0", "+Inf"):
        assert f'data_sync_duration_seconds_bucket{{le="{bound}"}}' in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("8.8.8.8", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 403),
        ("", {}, 403),
    ],
)
def test_without_a_token_only_the_private_network_reads(client, address, headers, status):
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer right", 200), ("Bearer wrong", 403), ("", 403), ("Bearer ä", 403)]
)
def test_with_a_token_only_its_bearer_reads(client, settings, given, status):
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", HTTP_AUTHORIZATION=given).status_code == status
