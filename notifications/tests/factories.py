"""Notifications and what carries them, for tests. Call them inside the book."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from accounts.models import Book, User
from accounts.tests.factories import NOW
from notifications.actions import Told, tell
from notifications.models import Notification
from notifications.rules import Event

_numbers = count(1)


def make_event(key: str = "", *, period: str = "2026-03", title: str = "Rent is due", **more: object) -> Event:
    return Event(
        key or f"event-{next(_numbers)}",
        period,
        title,
        body="$950.00 is expected.",
        private_body="Expected on Mar 18.",
        url="/recurring",
        **more,
    )


def make_notification(
    book: Book, user: User, *, title: str = "Rent is due", now: datetime = NOW, read: bool = False
) -> Notification:
    """One that stands in the centre, with nothing on its way."""
    return Notification.objects.create(
        book=book,
        user=user,
        kind="bill_due",
        key=f"made-{next(_numbers)}",
        period="2026-03",
        title=title,
        body="$950.00 is expected.",
        url="/recurring",
        created_at=now,
        read_at=now if read else None,
    )


def tell_of(book: Book, *events: Event, kind: str = "bill_due", now: datetime = NOW) -> Told:
    return tell(book=book, kind=kind, events=events, now=now)


def told_to(book: Book, user: User) -> Iterable[Notification]:
    return Notification.objects.filter(book=book, user=user).order_by("id")
