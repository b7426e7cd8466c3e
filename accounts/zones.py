"""The names of time zones. Python reads a thousand files to list them, so that is done once."""

import zoneinfo
from functools import cache


@cache
def names() -> frozenset[str]:
    """Every name that `ZoneInfo` takes."""
    return frozenset(zoneinfo.available_timezones())
