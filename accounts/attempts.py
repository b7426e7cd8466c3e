"""How often something may be tried: counted in fixed windows with one atomic increment each.

No success clears a count. While the cache is down nothing can be counted: whoever counts then gets its RedisError.
"""

import hashlib
import re
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RATE = re.compile(r"(\d+)/(\d*)([smhd])")


@dataclass
class TooManyAttempts(Exception):
    """Wait this many seconds."""

    wait: int

    def __str__(self) -> str:
        return str(_("Too many attempts. Try again later."))


def count(what: str, *whom: str) -> None:
    """Count one attempt at `what` on each of `whom` (an account, an address); raise TooManyAttempts when one is full.

    The limit is the `auth` throttle rate of the settings. A RedisError means that the try must not be made: uncounted,
    it would let a password be guessed.
    """
    rate = str(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["auth"])  # type: ignore[index]  # a dict of dicts
    waits = [wait for each in whom if (wait := wait_after(f"attempts:{what}:{_digest(each)}", rate)) is not None]
    if waits:
        raise TooManyAttempts(wait=int(max(waits)) + 1)


def wait_after(key: str, rate: str) -> float | None:
    """Count once under the key; the seconds to wait when its window was full before, else None."""
    allowed, seconds = parsed(rate)
    now = time.time()
    window = int(now // seconds)
    if incremented(f"{key}:{window}", seconds) <= allowed:
        return None
    return (window + 1) * seconds - now


def parsed(rate: str) -> tuple[int, int]:
    """`100/15m` as (100, 900); raise ValueError."""
    match = RATE.fullmatch(rate.strip())
    if match is None:
        raise ValueError(f"{rate!r} is not a rate like 100/15m.")
    return int(match[1]), int(match[2] or 1) * UNITS[match[3]]


def incremented(key: str, seconds: int) -> int:
    """The count so far under a key that is forgotten after so many seconds."""
    try:
        cache.add(key, 0, timeout=seconds + 1)
        return int(cache.incr(key))
    except ValueError:  # expired between the two
        return 1


def _digest(whom: str) -> str:
    """One name for all spellings that the database takes for the same address."""
    return hashlib.sha256(whom.strip().casefold().encode(errors="replace")).hexdigest()[:32]
