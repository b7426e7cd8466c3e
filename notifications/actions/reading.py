"""Marking what was read. A person's own marks, so no operation of the book's journal."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Book, User
from notifications import queries
from notifications.models import Notification

GONE = _("There is no such notification.")


def read(*, book: Book, user: User, pk: int, now: datetime, unread: bool = False) -> Notification:
    """Mark one read, or with `unread` as new again; raise Notification.DoesNotExist."""
    row = queries.notification(book=book, user=user, pk=pk)
    if unread != (row.read_at is None):
        row.read_at = None if unread else now
        row.save(update_fields=["read_at"])
    return row


def read_all(*, book: Book, user: User, now: datetime) -> int:
    """Mark all that the person has in the book; how many there were."""
    return queries.centre(book=book, user=user, unread=True).order_by().update(read_at=now)
