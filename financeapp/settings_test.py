"""The suite's settings: the same as everywhere, with quick password hashing, mail in memory and generous limits."""

import os
import tempfile
from pathlib import Path

_var = Path(os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="pocketpilot-test-")))
os.environ.setdefault("SECRET_KEY", "only-for-the-test-suite-" + "x" * 40)
os.environ.setdefault("ENCRYPTION_KEYS", "t1:" + "ab" * 32)
os.environ.setdefault("JWT_SIGNING_KEYS", "only-for-the-test-suite-" + "y" * 40)
for _rate in ("ANONYMOUS_BURST", "ANONYMOUS", "USER_BURST", "USER", "AUTH", "SYNC"):
    os.environ.setdefault(f"THROTTLE_{_rate}", "100000/m")

from financeapp.settings import *  # noqa: E402, F403  the environment must be ready first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = False
ACCOUNT_RATE_LIMITS = False
