"""Which rows are news, and up to when the banks were read."""

from datetime import date, datetime, timedelta

from django.db.models import F, Min, Q

from accounts.models import Book
from banking.models import Connection, Sync

RECENT, LATE = timedelta(days=3), timedelta(days=14)
SETTLING = timedelta(hours=1)
"""After the first reading that was complete, rows may still belong to it."""


def arrived_lately(*, book: Book, now: datetime) -> Q:
    """Rows of the last three days, and of fourteen what was stored in the last three, as banks may tell late.

    What was there when its bank was first read is no news.
    """
    today = book.today(now)
    news = Q(account__connection=None)
    for connection, at in _first_read(book).items():
        news |= Q(account__connection=connection, created_at__gt=at + SETTLING)
    late = Q(day__gte=today - LATE, created_at__gte=now - RECENT, account__connection__isnull=False)
    return news & (Q(day__gte=today - RECENT) | late)


def _first_read(book: Book) -> dict[int, datetime]:
    ended = [Sync.Status.SUCCESS, Sync.Status.PARTIAL]
    runs = Sync.objects.filter(book=book, status__in=ended, finished_at__isnull=False).exclude(error_code="NOT_READY")
    return dict(runs.order_by().values_list("connection").annotate(first=Min("finished_at")))


def read_until(*, book: Book, today: date) -> date | None:
    """The day up to which all linked banks were read, today without any; None where one never was."""
    linked = Connection.objects.filter(book=book).exclude(status=Connection.Status.UNLINKED)
    moments = list(linked.order_by(F("synced_at").asc(nulls_first=True)).values_list("synced_at", flat=True)[:1])
    if not moments:
        return today
    return min(book.today(moments[0]), today) if moments[0] else None
