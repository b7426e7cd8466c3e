"""Sending one parcel: taken by one worker, sent outside of any transaction, and noted.

A worker may die anywhere. Until the outcome is noted the parcel comes due again after LEASE and is sent again under the
same reference: rather twice than never, and each channel has a way to make one of two (docs/decisions/0041).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts import queries as people
from accounts.books import entered
from accounts.models import Book, User
from notifications import queries, quiet, unsubscribing
from notifications.actions.counting import count_text
from notifications.actions.devices import remove_device
from notifications.channels import sender
from notifications.channels.base import Gone, Line, Message, NotSent, TryAgain, Unknown
from notifications.kinds import Channel
from notifications.models import Delivery, Manner

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=10)
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)]
"""Before each further attempt; after the last one the channel is given up."""
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Taken:
    """What one worker has taken. `attempt` tells it from one that takes it over."""

    rows: list[Delivery]
    user: User
    channel: Channel
    manner: Manner
    attempt: int
    unsure_since: datetime | None

    @property
    def reference(self) -> str:
        return f"{self.rows[0].parcel.hex}.{min(row.pk for row in self.rows)}"


def deliver(*, book: Book, parcel: UUID, clock: Callable[[], datetime]) -> bool:
    """Send it if it is due and nobody else is at it; whether it was sent now."""
    taken = _take(book, parcel, clock())
    if taken is None:
        return False
    try:
        sender(taken.channel)(_message(book, taken))
    except NotSent as error:
        _note_failure(book, taken, error, clock())
        log.info("delivery_failed", channel=taken.channel, parcel=str(parcel), attempt=taken.attempt, reason=str(error))
        return False
    except Exception as error:
        _note_failure(book, taken, Unknown(type(error).__name__), clock())
        raise
    _note(book, taken, state=State.SENT, sent_at=clock(), claimed_at=None, error="")
    return True


def _take(book: Book, parcel: UUID, now: datetime) -> Taken | None:
    with entered(book), transaction.atomic():
        due = Delivery.objects.filter(book=book, parcel=parcel, state=State.PENDING, next_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("id"))
        rows = rows and _still_wanted(book, rows)
        if not rows or _is_given_up(rows):
            return None
        first = Delivery.objects.select_related("user", "device").get(pk=rows[0].pk)
        manner = queries.manner(user=first.user)
        if _waits(rows, manner, now) or _is_over_the_cap(rows, now):
            return None
        unsure = min((row.claimed_at for row in rows if row.claimed_at), default=None)
        attempt = max(row.attempts for row in rows) + 1
        mine = _all(rows)
        mine.update(attempts=attempt, next_at=now + LEASE)
        mine.filter(claimed_at=None).update(claimed_at=now)
        full = list(mine.select_related("notification", "device").order_by("id"))
        return Taken(full, first.user, Channel(first.channel), manner, attempt, unsure)


def _is_given_up(rows: list[Delivery]) -> bool:
    """Whether each attempt ended with the worker; then another one would, too."""
    if max(row.attempts for row in rows) <= len(WAITS):
        return False
    _all(rows).update(state=State.FAILED, error="no attempt came to an end")
    return True


def _all(rows: list[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[row.pk for row in rows])


def _still_wanted(book: Book, rows: list[Delivery]) -> list[Delivery]:
    """Those about which somebody who still may and wants to be told; the others are left out for good."""
    user = User.objects.get(pk=rows[0].user_id)
    rows = list(_all(rows).select_related("notification", "device").order_by("id"))
    channel = Channel(rows[0].channel)
    on = queries.chosen(users=[user], kinds={row.notification.kind for row in rows})
    may = user.is_active and people.membership_of(user=user, book_id=book.pk) is not None
    may = may and (channel != Channel.EMAIL or people.has_verified_email(user=user))
    wanted = [row for row in rows if may and channel in on[user.pk, row.notification.kind]]
    unwanted = [row for row in rows if row not in wanted]
    if unwanted:
        _all(unwanted).update(state=State.LEFT_OUT, claimed_at=None)
    return wanted


def _waits(rows: list[Delivery], manner: Manner, now: datetime) -> bool:
    """Whether these are quiet hours; then it is put off until they end."""
    zone = ZoneInfo(people.time_zone_of(user=manner.user))
    until = quiet.after(now, start=manner.quiet_from, end=manner.quiet_until, zone=zone)
    if until > now:
        _all(rows).update(next_at=until)
    return until > now


def _is_over_the_cap(rows: list[Delivery], now: datetime) -> bool:
    """Whether the day's texts are used up; a text counts at its first attempt."""
    row = rows[0]
    if row.channel != Channel.SMS or row.attempts or count_text(user=row.user, now=now):
        return False
    _all(rows).update(state=State.LEFT_OUT, error="daily limit of text messages")
    return True


def _message(book: Book, taken: Taken) -> Message:
    device = taken.rows[0].device
    secret = device.secret.reveal() if device is not None else taken.user.email
    open_ = taken.channel == Channel.EMAIL or taken.manner.amounts
    kinds = [row.notification.kind for row in taken.rows]
    return Message(
        to=secret,
        lines=tuple(_line(row, open_=open_) for row in taken.rows),
        reference=taken.reference,
        sender_name=settings.SITE_NAME,
        site=urlsplit(settings.SITE_URL).hostname or "localhost",
        book=book.name,
        unsubscribe=unsubscribing.address_for(user_id=taken.user.pk, kinds=kinds),
        digest=len(taken.rows) > 1,
        unsure_since=taken.unsure_since,
    )


def _line(row: Delivery, *, open_: bool) -> Line:
    told = row.notification
    body = told.body if open_ else told.private_body
    return Line(told.kind, told.title, body, f"{settings.SITE_URL}/notifications/{told.pk}")


def _note_failure(book: Book, taken: Taken, error: NotSent, now: datetime) -> None:
    """Another attempt later, or none."""
    unsure = isinstance(error, Unknown) or taken.unsure_since is not None
    known = taken.rows[0].claimed_at if unsure else None
    if isinstance(error, TryAgain) and taken.attempt <= len(WAITS):
        later = now + WAITS[taken.attempt - 1]
        _note(book, taken, next_at=later, claimed_at=known, error=str(error)[:200])
        return
    _note(book, taken, state=State.FAILED, claimed_at=known, error=str(error)[:200])
    device = taken.rows[0].device
    if isinstance(error, Gone) and device is not None:
        remove_device(device=device)


def _note(book: Book, taken: Taken, **columns: object) -> None:
    """Unless another worker has taken it over meanwhile."""
    with entered(book):
        _all(taken.rows).filter(attempts=taken.attempt, state=State.PENDING).update(**columns)
