"""Devices that somebody has signed in on before: a signed cookie, good for nothing but tries of their own.

Who tries passwords from elsewhere fills the count of the account, and would lock its owner out with it. From a device
where the owner has signed in before, tries count for that device instead: as few, but nobody else's.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "__Host-device" if settings.SECURE else "device"
SALT = "accounts.known_devices"
LASTS = 365 * 86400
PEOPLE = 5
"""Whose sign-ins a device remembers at most, the latest ones."""


def remember(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Somebody has signed in, with all that it takes: let the device show so the next time."""
    device, people = _shown(request) or (secrets.token_urlsafe(16), [])
    person = _mark(email)
    people = [person, *(each for each in people if each != person)][:PEOPLE]
    value = signing.dumps([device, people], salt=SALT, compress=True)
    response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, secure=settings.SECURE, samesite="Lax", path="/")


def counted_as(request: HttpRequest, email: str) -> str:
    """What tries at an account's password count under: this device, where its owner has signed in, else the account."""
    device, people = _shown(request) or ("", [])
    return f"device:{device}:{_mark(email)}" if _mark(email) in people else f"account:{email}"


def _shown(request: HttpRequest) -> tuple[str, list[str]] | None:
    try:
        device, people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return device, people


def _mark(email: str) -> str:
    """Names a person to nobody but us."""
    return salted_hmac(SALT, email.strip().casefold(), algorithm="sha256").hexdigest()[:24]
