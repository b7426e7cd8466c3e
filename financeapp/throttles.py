"""How often one may ask: counted in fixed windows with one atomic increment each.

A view adds a scope of its own with `throttle_scope`. When the cache is down nothing is counted and nothing refused:
reading goes on, and what must not go on uncounted asks `accounts.attempts` itself.
"""

from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from accounts import origin
from accounts.attempts import wait_after

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself imports this module through the settings

log = structlog.get_logger(__name__)


class Windows(BaseThrottle):
    """Counts a request in each of its windows; refuses it when one of them is full."""

    wait_seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        waits = [w for scope, who in self.windows(request, view) if (w := _count(scope, who)) is not None]
        self.wait_seconds = max(waits, default=0.0)
        return not waits

    def wait(self) -> float:
        return self.wait_seconds

    def windows(self, request: Request, view: "APIView") -> list[tuple[str, str]]:
        """(scope, who) of each window the request counts in."""
        raise NotImplementedError


class Burst(Windows):
    """A few seconds at a time."""

    def windows(self, request: Request, view: "APIView") -> list[tuple[str, str]]:
        return [_by_person(request, "user_burst", "anonymous_burst")]


class Sustained(Windows):
    """Over minutes."""

    def windows(self, request: Request, view: "APIView") -> list[tuple[str, str]]:
        return [_by_person(request, "user", "anonymous")]


class Scoped(Windows):
    """Where the view names a `throttle_scope`; `auth` counts by address."""

    def windows(self, request: Request, view: "APIView") -> list[tuple[str, str]]:
        scope = getattr(view, "throttle_scope", None)
        if not scope:
            return []
        if scope == "auth":  # by address whoever asks; the account that is tried counts for itself in accounts.attempts
            return [(scope, f"address:{_network_of(request)}")]
        return [_by_person(request, scope, scope)]


def _by_person(request: Request, signed_in: str, anonymous: str) -> tuple[str, str]:
    if request.user and request.user.is_authenticated:
        return signed_in, f"user:{request.user.pk}"
    return anonymous, f"address:{_network_of(request)}"


def refusal_wait(request: Request) -> float | None:
    """Count a refusal before which no throttle was asked, such as 401; seconds to wait after too many, else None."""
    return _count("refused", f"address:{_network_of(request)}")


def _network_of(request: Request) -> str:
    return origin.network_of(request._request)


def _count(scope: str, who: str) -> float | None:
    """Seconds to wait when the window is full, else None."""
    try:
        return wait_after(f"throttle:{scope}:{who}", str(api_settings.DEFAULT_THROTTLE_RATES[scope]))
    except RedisError as error:
        log.warning("throttle.cache_down", error=type(error).__name__)
        return None
