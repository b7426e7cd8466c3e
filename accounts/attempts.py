"""How often something may be tried on one account. Counted in fixed windows; no success elsewhere clears a count."""

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass
class TooManyAttempts(Exception):
    """Wait this many seconds."""

    wait: int

    def __str__(self) -> str:
        return str(_("Too many attempts. Try again later."))


def count(what: str, whom: str) -> None:
    """Count one attempt at `what` on `whom` (an e-mail address, a user's key); raise TooManyAttempts.

    The limit is the `auth` throttle rate of the settings.
    """
    rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    allowed, seconds = _rate(rates["auth"])
    now = time.time()
    window = int(now // seconds)
    key = f"attempts:{what}:{hashlib.sha256(whom.lower().encode()).hexdigest()[:32]}:{window}"
    if _incremented(key, seconds) > allowed:
        raise TooManyAttempts(wait=int((window + 1) * seconds - now) + 1)


def _rate(rate: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d*)([smhd])", rate)
    if match is None:
        raise ValueError(f"{rate!r} is not a rate like 10/m.")
    return int(match[1]), int(match[2] or 1) * UNITS[match[3]]


def _incremented(key: str, seconds: int) -> int:
    """The count so far; nothing is counted, and nobody refused, while the cache is down."""
    try:
        cache.add(key, 0, timeout=seconds + 1)
        return cache.incr(key)
    except ValueError:  # expired between the two
        return 1
    except (OSError, RedisError) as error:
        log.warning("attempts.cache_down", error=type(error).__name__)
        return 0
