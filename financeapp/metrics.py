"""Counters for Prometheus at /metrics, for whoever has the token or asks from a private network."""

import hmac
import ipaddress
import os
import time
from collections.abc import Callable
from typing import Any

from celery import signals
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector

from financeapp.logs import route_of

REQUESTS = Counter("http_requests_total", "Total number of HTTP requests", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("http_request_duration_seconds", "Duration of HTTP requests", ["method", "route"])
SYNC_SECONDS = Histogram(
    "data_sync_duration_seconds", "Duration of data sync operations", buckets=[0.1, 0.5, 1, 2, 5, 10]
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SYNC_TASK = "banking.sync_connection"
_started: dict[str, float] = {}


def measure(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Count each request and how long it took."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else "OTHER"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(method, route).observe(time.perf_counter() - started)
        return response

    return middleware


@require_safe
def exposition(request: HttpRequest) -> HttpResponse:
    """The metrics of this process, or of all of them where PROMETHEUS_MULTIPROC_DIR names a shared folder."""
    if not _may_read(request):
        return HttpResponseForbidden()
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # of the library
    return registry


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


@signals.task_prerun.connect
def _sync_starts(task_id: str, task: Any, **_: Any) -> None:  # Celery's signature
    if task.name == SYNC_TASK:
        _started[task_id] = time.perf_counter()


@signals.task_postrun.connect
def _sync_ended(task_id: str, task: Any, **_: Any) -> None:  # Celery's signature
    if task.name == SYNC_TASK and task_id in _started:
        SYNC_SECONDS.observe(time.perf_counter() - _started.pop(task_id))


@signals.worker_init.connect
def _worker_serves_its_own(**_: Any) -> None:  # Celery's signature
    """A worker process has no pages: it answers Prometheus on a port of its own, inside the private network."""
    if settings.WORKER_METRICS_PORT:
        start_http_server(settings.WORKER_METRICS_PORT, registry=_registry())
