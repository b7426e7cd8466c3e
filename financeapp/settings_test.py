"""The suite's settings: the same as everywhere, with quick password hashing, mail in memory and generous limits.

Each process of a parallel run has its own database, also of Redis: emptying a cache empties all of its database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="pocketpilot-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
_project = Path(__file__).resolve().parent.parent
os.environ.setdefault("CATEGORISER_DIR", str(_project / "var" / "categoriser"))
os.environ.setdefault("SECRET_KEY", "only-for-the-test-suite-" + "x" * 40)
os.environ.setdefault("ENCRYPTION_KEYS", "t1:" + "ab" * 32)
os.environ.setdefault("JWT_SIGNING_KEYS", "only-for-the-test-suite-" + "y" * 40)
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs a loop in the thread of the tests
for _rate in ("ANONYMOUS_BURST", "ANONYMOUS", "USER_BURST", "USER", "AUTH", "REFUSED", "SYNC"):
    os.environ.setdefault(f"THROTTLE_{_rate}", "100000/m")

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and os.environ.get("REDIS_URL"):
    _redis = urlsplit(os.environ["REDIS_URL"])
    _number = int(_redis.path.strip("/") or 0) + int(_worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = urlunsplit(_redis._replace(path=f"/{_number}"))

from financeapp.settings import *  # noqa: E402, F403  the environment must be ready first
from financeapp.settings import CACHES, CHANNEL_LAYERS, DATABASE_URL, DATABASES, REDIS_URL, VAR_DIR  # noqa: E402

_process = f"test-{os.getpid()}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # how allauth spells none
CELERY_TASK_DEFAULT_QUEUE = _process
if REDIS_URL:
    CACHES["default"]["KEY_PREFIX"] = _process
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = _process  # type: ignore[index]  # a dict where Redis is used
if DATABASE_URL:
    if not os.environ.get("SERVERS_ARE_KILLED"):  # a commit must then be as safe as it is for users
        DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
else:
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
