"""From events to notifications, and to what carries them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import IntegrityError, transaction

from accounts import queries as people
from accounts.books import entered
from accounts.models import Book, User
from notifications import queries, quiet, rules
from notifications.kinds import KINDS, Channel
from notifications.models import Delivery, Device, Manner, Notification
from notifications.rules import Event, Words

log = structlog.get_logger(__name__)
DIGESTS = uuid.UUID("6d0e3c1c-4c49-4d2f-9a53-2f8f5f2b7a10")


@dataclass(frozen=True, slots=True)
class Told:
    """Who has something new to read, by id, and the parcels that may be sent at once."""

    users: set[int] = field(default_factory=set)
    parcels: list[uuid.UUID] = field(default_factory=list)

    def add(self, other: "Told") -> None:
        self.users.update(other.users)
        self.parcels.extend(other.parcels)


def look(*, book: Book, now: datetime) -> Told:
    """Ask every rule what there is in the book, and tell what is new; one that fails keeps no other from its turn."""
    told = Told()
    for kind, find in rules.registered().items():
        try:
            with entered(book):
                found = list(find(book, now))  # before anything is locked for writing
                told.add(tell(book=book, kind=kind, events=found, now=now))
        except Exception:
            log.exception("rule_failed", kind=kind, book_id=book.pk)
    return told


@transaction.atomic
def tell(*, book: Book, kind: str, events: Iterable[Event], now: datetime) -> Told:
    """Tell each event to each member, once; the caller has entered the book."""
    found = list(events)
    listening = queries.listeners(book=book) if found else []
    wanted = [(event, user) for event in found for user in listening if event.only in {None, user.pk}]
    known = _known(book, kind, found)
    new = [each for each in wanted if (each[1].pk, each[0].key, each[0].period) not in known]
    return _Telling(book, kind, now, {user.pk: user for _event, user in new}).tell(new) if new else Told()


def _known(book: Book, kind: str, found: list[Event]) -> set[tuple[int, str, str]]:
    rows = Notification.objects.filter(book=book, kind=kind, key__in={event.key for event in found})
    return set(rows.values_list("user_id", "key", "period"))


class _Telling:
    """One kind of event to a few people, with what is known of how they want it."""

    def __init__(self, book: Book, kind: str, now: datetime, users: dict[int, User]) -> None:
        self.book, self.kind, self.now, self.users = book, kind, now, users
        self.chosen = queries.chosen(users=users.values(), kinds=[kind])
        self.manners = queries.manners(users=users.values())
        self.devices = queries.reached(users=users.values())
        self.there = set(queries.channels())
        self.mailed = {pk for pk, user in users.items() if people.has_verified_email(user=user)}
        self.zones = {pk: ZoneInfo(people.time_zone_of(user=user)) for pk, user in users.items()}

    def tell(self, new: list[tuple[Event, User]]) -> Told:
        told = Told()
        for event, user in new:
            if (row := self._noted(event, user)) is None or event.silent:
                continue
            if row.shown:
                told.users.add(user.pk)
            told.parcels.extend(each.parcel for each in self._on_their_way(row, user) if each.next_at <= self.now)
        return told

    def _noted(self, event: Event, user: User) -> Notification | None:
        """The row; None where another worker was quicker."""
        row = Notification(
            book=self.book,
            user=user,
            kind=self.kind,
            key=event.key,
            period=event.period,
            title=_said(event.title, user, 200),
            body=_said(event.body, user, 500),
            private_body=_said(event.private_body, user, 300),
            url=event.url,
            shown=Channel.IN_APP in self.chosen[user.pk, self.kind] and not event.silent,
            created_at=self.now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return None
        return row

    def _on_their_way(self, row: Notification, user: User) -> list[Delivery]:
        on = self.chosen[user.pk, self.kind] & self.there
        made: list[Delivery] = []
        if Channel.EMAIL in on and user.pk in self.mailed:
            made.append(self._delivery(row, user, Channel.EMAIL))
        for device in self.devices.get(user.pk, []):
            channel = Channel.PUSH if device.kind == Device.Kind.PUSH else Channel.SMS
            if channel in on:
                made.append(self._delivery(row, user, channel, device))
        return Delivery.objects.bulk_create(made)

    def _delivery(self, row: Notification, user: User, channel: Channel, device: Device | None = None) -> Delivery:
        manner, zone = self.manners[user.pk], self.zones[user.pk]
        parcel, due = uuid.uuid4(), self.now
        if channel == Channel.EMAIL and manner.digest != Manner.Digest.NONE and not KINDS[self.kind].urgent:
            due = quiet.next_digest(self.now, weekly=manner.digest == Manner.Digest.WEEKLY, zone=zone)
            parcel = uuid.uuid5(DIGESTS, f"{self.book.pk}:{user.pk}:{due.isoformat()}")
        return Delivery(
            book=self.book,
            notification=row,
            user=user,
            channel=channel,
            device=device,
            parcel=parcel,
            next_at=quiet.after(due, start=manner.quiet_from, end=manner.quiet_until, zone=zone),
            created_at=self.now,
        )


def _said(words: Words, user: User, most: int) -> str:
    text = words if isinstance(words, str) else words(user.locale)
    return text if len(text) <= most else f"{text[: most - 1]}…"
