"""Whether the application works, for load balancers and for people.

`/health/live` touches nothing; `/health/ready` needs the database; `/health` looks at everything and is 503 only when
the database or the cache fails, because pages can do without the rest for a while.
"""

import secrets
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from financeapp.celery import app

log = structlog.get_logger(__name__)
REMEMBERED_SECONDS = 5
_outside: dict[str, tuple[float, bool]] = {}


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "healthy"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The process can do its work: 200 or 503 without saying more."""
    works = passes("database", check_database)
    return JsonResponse({"status": "healthy" if works else "unhealthy"}, status=200 if works else 503)


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Each part by name as `ok`, `failed`, or `degraded` for a part that is missed but not vital."""
    vital = {"database": passes("database", check_database), "cache": passes("cache", check_cache)}
    others = {"broker": _remembered("broker", check_broker), "bank": _remembered("bank", check_bank)}
    checks = {name: "ok" if works else "failed" for name, works in vital.items()}
    checks |= {name: "ok" if works else "degraded" for name, works in others.items()}
    works = all(vital.values())
    status = "healthy" if works and all(others.values()) else "degraded" if works else "unhealthy"
    return JsonResponse({"status": status, "checks": checks}, status=200 if works else 503)


def passes(name: str, check: Callable[[], None]) -> bool:
    """Whether the check ends without an exception; one that fails is logged."""
    try:
        check()
    except Exception as error:  # noqa: BLE001  whatever goes wrong in a part, this part has failed
        log.warning("health.failed", check=name, error=type(error).__name__)
        return False
    return True


def _remembered(name: str, check: Callable[[], None]) -> bool:
    """The same, asked at most every few seconds, so that strangers cannot make us call others often."""
    asked_at, works = _outside.get(name, (-REMEMBERED_SECONDS, False))
    if time.monotonic() - asked_at >= REMEMBERED_SECONDS:
        works = passes(name, check)
        _outside[name] = (time.monotonic(), works)
    return works


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def check_cache() -> None:
    token = secrets.token_hex(8)
    cache.set(f"health:{token}", token, timeout=10)
    if cache.get(f"health:{token}") != token:
        raise ConnectionError("the cache does not keep what it is given")
    cache.delete(f"health:{token}")


def check_broker() -> None:
    if not settings.CELERY_BROKER_URL.startswith("memory:"):
        with app.connection_for_write(connect_timeout=2) as link:
            link.ensure_connection(max_retries=1, timeout=2)


def check_bank() -> None:
    place = urlsplit(settings.PLAID_HOST)
    port = place.port or (443 if place.scheme == "https" else 80)
    socket.create_connection((place.hostname or "", port), timeout=2).close()
