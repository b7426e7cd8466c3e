"""How many text messages a person gets in a day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts import queries as people
from accounts.models import User
from notifications.models import Manner


@transaction.atomic
def count_text(*, user: User, now: datetime) -> bool:
    """Count one more text of the person's today; whether it may be sent. One row, so two at once are two."""
    day = now.astimezone(ZoneInfo(people.time_zone_of(user=user))).date()
    Manner.objects.get_or_create(user=user)
    mine = Manner.objects.filter(user=user)
    mine.filter(Q(sms_day=None) | ~Q(sms_day=day)).update(sms_day=day, sms_count=0)
    left = mine.filter(sms_day=day, sms_count__lt=settings.SMS_PER_DAY)
    return bool(left.update(sms_count=F("sms_count") + 1))
