"""When a worker last did what the clock asked of it; read by `manage.py doctor`."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

KEY = "worker:heartbeat"
KEPT_SECONDS = 7 * 86400


def note(now: datetime) -> None:
    """Remember the moment where another process can see it: in Redis, else in a file."""
    if settings.REDIS_URL:
        cache.set(KEY, now.isoformat(), timeout=KEPT_SECONDS)
    else:
        (settings.VAR_DIR / "heartbeat").write_text(now.isoformat())


def last() -> datetime | None:
    """The last one, or None."""
    try:
        found = cache.get(KEY) if settings.REDIS_URL else (settings.VAR_DIR / "heartbeat").read_text()
        return datetime.fromisoformat(found) if found else None
    except (OSError, ValueError):
        return None
