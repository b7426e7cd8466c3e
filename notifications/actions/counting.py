"""How many text messages there may be in a day, by UTC: a day that nobody can choose comes once."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from notifications.models import Texts

CODES_TO_A_NUMBER = 5
FORGOTTEN = timedelta(days=7)


class _UsedUp(Exception):
    """One of the limits is reached."""


def count_text(*, user: User, now: datetime, digest: str = "") -> bool:
    """Count one more text of the day; whether it may be sent. With `digest` it is a code to that number.

    Rows and not a cache, so that two at once are two.
    """
    day = now.astimezone(UTC).date()
    try:
        with transaction.atomic():
            for counted, most in _limits(user, digest):
                _made, is_new = Texts.objects.get_or_create(day=day, counted=counted)
                if not Texts.objects.filter(day=day, counted=counted, count__lt=most).update(count=F("count") + 1):
                    raise _UsedUp
            if is_new:  # the first one of the installation's day
                Texts.objects.filter(day__lt=day - FORGOTTEN).delete()
    except _UsedUp:
        return False
    return True


def may_text(*, user: User, now: datetime, digest: str = "") -> bool:
    """Whether `count_text` would find any left; one query."""
    limits = dict(_limits(user, digest))
    rows = Texts.objects.filter(day=now.astimezone(UTC).date(), counted__in=limits)
    return all(row.count < limits[row.counted] for row in rows)


def _limits(user: User, digest: str) -> list[tuple[str, int]]:
    """What is counted and how many there may be; the installation last, as everybody waits for that row."""
    number = [(f"number:{digest}", CODES_TO_A_NUMBER)] if digest else []
    return [(f"user:{user.pk}", settings.SMS_PER_DAY), *number, ("all", settings.SMS_PER_DAY_OF_ALL)]
