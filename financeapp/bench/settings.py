"""The benchmark's settings: as in production, but for the one view it compares with and limits that do not bite."""

import os

for _rate in ("ANONYMOUS_BURST", "ANONYMOUS", "USER_BURST", "USER", "AUTH", "SYNC"):
    os.environ[f"THROTTLE_{_rate}"] = "10000000/m"
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("IN_PROCESS_WORKER", "0")

from financeapp.settings import *  # noqa: E402, F403  the environment must be ready first

ROOT_URLCONF = "financeapp.bench.urls"
