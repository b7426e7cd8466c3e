"""How often one may ask: counted in fixed windows with one atomic increment each.

A view adds a scope of its own with `throttle_scope`. When the cache is down nothing is counted and nothing refused.
"""

import ipaddress
import re
import time
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself imports this module through the settings

log = structlog.get_logger(__name__)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RATE = re.compile(r"(\d+)/(\d*)([smhd])")


def parsed(rate: str) -> tuple[int, int]:
    """`100/15m` as (100, 900); raise ValueError."""
    match = RATE.fullmatch(rate.strip())
    if match is None:
        raise ValueError(f"{rate!r} is not a rate like 100/15m.")
    return int(match[1]), int(match[2] or 1) * UNITS[match[3]]


def address_of(request: Request) -> str:
    """Where the request came from, as far as it can be trusted: TRUSTED_PROXIES hops back. IPv6 by its /64 network."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        address = hops[-settings.TRUSTED_PROXIES]
    try:
        parsed_address = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed_address.version == 6:
        return str(ipaddress.ip_network((parsed_address, 64), strict=False))
    return str(parsed_address)


class Windows(BaseThrottle):
    """Counts a request in each of its windows; refuses it when one of them is full."""

    wait_seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        now = time.time()
        waits = [w for scope, who in self.windows(request, view) if (w := _count(scope, who, now)) is not None]
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
            return [(scope, f"address:{address_of(request)}")]
        return [_by_person(request, scope, scope)]


def _by_person(request: Request, signed_in: str, anonymous: str) -> tuple[str, str]:
    if request.user and request.user.is_authenticated:
        return signed_in, f"user:{request.user.pk}"
    return anonymous, f"address:{address_of(request)}"


def _count(scope: str, who: str, now: float) -> float | None:
    """Seconds to wait when the window is full, else None."""
    allowed, seconds = parsed(str(api_settings.DEFAULT_THROTTLE_RATES[scope]))
    window = int(now // seconds)
    if _incremented(f"throttle:{scope}:{who}:{window}", seconds) <= allowed:
        return None
    return (window + 1) * seconds - now


def _incremented(key: str, seconds: int) -> int:
    try:
        cache.add(key, 0, timeout=seconds + 1)
        return int(cache.incr(key))
    except ValueError:  # expired between the two
        return 1
    except (OSError, RedisError) as error:
        log.warning("throttle.cache_down", error=type(error).__name__)
        return 0
