"""Browsers and phones that a person is reached at."""

import json
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.books import everywhere
from accounts.models import User
from notifications.actions.counting import count_text, may_text
from notifications.models import Device

MOST_DEVICES = 10
CODE_DIGITS, CODE_LASTS, CODE_TRIES = 6, timedelta(minutes=10), 5
SALT = "notifications.devices"
NO_MORE = gettext_lazy("No more text messages today.")


class NotAllowed(Exception):
    """Why it cannot be done now; the text is for the person."""


class TooManyDevices(NotAllowed):
    """There are as many as somebody may have."""


class WrongCode(NotAllowed):
    """It is not the code that was sent, or not any more."""


def add_push(*, user: User, endpoint: str, p256dh: str, auth: str, hint: str, now: datetime) -> Device:
    """A browser's subscription; the one that is there already where it is the same. Raise TooManyDevices.

    A browser is one person's: whoever subscribed there before gets nothing more at it. The caller has looked at the
    address and the keys.
    """
    secret = json.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth})
    with transaction.atomic():
        row = _added(user, Device.Kind.PUSH, endpoint, secret, hint, now, verified=True)
        for other in Device.objects.filter(digest=row.digest).exclude(pk=row.pk):
            remove_device(device=other)
        return row


def add_phone(*, user: User, number: str, now: datetime) -> Device:
    """A phone, to be verified by a code; the one that is there already.

    Raise TooManyDevices, or NotAllowed where it cannot be sent a code today.
    """
    with transaction.atomic():
        row = _added(user, Device.Kind.PHONE, number, number, f"{number[:3]} ··· {number[-2:]}", now, verified=False)
        if row.verified_at is None:
            allow_code(device=row, now=now)
        return row


def allow_code(*, device: Device, now: datetime) -> None:
    """Before a code is promised; raise NotAllowed where the day's texts are used up."""
    if not may_text(user=device.user, now=now, digest=device.digest):
        raise NotAllowed(NO_MORE)


@transaction.atomic
def _added(user: User, kind: str, address: str, secret: str, hint: str, now: datetime, *, verified: bool) -> Device:
    User.objects.select_for_update().get(pk=user.pk)
    digest = salted_hmac(SALT, f"{kind}:{address}", algorithm="sha256").hexdigest()
    mine = Device.objects.filter(user=user)
    if there := mine.filter(digest=digest).first():
        if verified:
            there.secret = secret  # a browser may have new keys for the same address
            there.save(update_fields=["secret"])
        return there
    if mine.count() >= MOST_DEVICES:
        raise TooManyDevices(_("You have as many devices as there may be. Remove one first."))
    row = Device(user=user, kind=kind, key=secrets.token_hex(16), digest=digest, hint=hint[:120], created_at=now)
    row.secret, row.verified_at = secret, now if verified else None
    row.save()
    return row


@transaction.atomic
def new_code(*, device: Device, now: datetime) -> str:
    """A code to send to the phone; only its digest is kept. Raise NotAllowed where the day's texts are used up."""
    if not count_text(user=device.user, now=now, digest=device.digest):
        raise NotAllowed(NO_MORE)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    device.code, device.code_until, device.code_tries = _digest(device, code), now + CODE_LASTS, 0
    device.save(update_fields=["code", "code_until", "code_tries"])
    return code


def verify(*, device: Device, code: str, now: datetime) -> None:
    """The phone is the person's; raise WrongCode. Each try counts, also of several at once."""
    open_ = Device.objects.filter(pk=device.pk, verified_at=None, code_until__gt=now, code_tries__lt=CODE_TRIES)
    if not open_.exclude(code="").update(code_tries=F("code_tries") + 1):
        raise WrongCode(_("This code is no longer good. Ask for a new one."))
    device.refresh_from_db(fields=["code"])
    if not constant_time_compare(device.code, _digest(device, code)):
        raise WrongCode(_("This is not the code that was sent."))
    device.verified_at, device.code, device.code_until = now, "", None
    device.save(update_fields=["verified_at", "code", "code_until"])


def remove_device(*, device: Device) -> None:
    """Send nothing there any more; what was on its way is dropped."""
    with everywhere("what is on its way to a device is in all books of its owner"):
        device.delete()


def _digest(device: Device, code: str) -> str:
    return salted_hmac(SALT, f"{device.key}:{code}", algorithm="sha256").hexdigest()
