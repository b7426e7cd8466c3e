"""What the bank can be told at its start, and where it refuses to run."""

import os
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105  (the pretend bank's published password)
CONTROL_SECRET = "sandbox-control"  # noqa: S105  (likewise; --control-secret replaces it)


class Refused(Exception):
    """The bank must not run here: it is a pretend bank."""


@dataclass(frozen=True, slots=True)
class Options:
    """How one bank behaves. Seconds are real seconds; `today` fixes the virtual clock's first day."""

    db: str = "sandbox.sqlite3"
    seed: int = 7
    today: date | None = None
    history_days: int = 730
    control_secret: str = CONTROL_SECRET
    public_url: str = ""
    initial_seconds: float = 0.2
    historical_seconds: float = 0.6
    retry_seconds: float = 30.0
    rate_limits: bool = False


def refuse_production(host: str) -> None:
    """Raise Refused when the surroundings or the address look like the real world."""
    if os.environ.get("PLAID_ENV", "").lower() == "production":
        raise Refused("PLAID_ENV is production: the pretend bank serves no production configuration.")
    if (urlsplit(os.environ.get("PLAID_HOST", "")).hostname or "").endswith("plaid.com"):
        raise Refused("PLAID_HOST is the real Plaid: leave it out to use the pretend bank.")
    if host not in LOOPBACK:
        raise Refused(f"The pretend bank serves this machine only: use 127.0.0.1 instead of {host}.")
