"""What was removed by hand and can be had back."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Book
from banking.models import Origin, Tag, Transaction

OFFERED_FOR = timedelta(days=30)


def removed(*, book: Book, now: datetime) -> QuerySet[Transaction]:
    """Removed by a person within OFFERED_FOR, newest removal first, with what a list shows.

    Not what the bank has withdrawn, whoever removed it before: it does not book it any more.
    """
    rows = Transaction.objects.filter(
        Q(discarded=True) | Q(origin=Origin.MANUAL),
        book=book,
        removed_at__gt=now - OFFERED_FOR,
        edited__has_key="removed",
    )
    rows = rows.select_related("category", "merchant", "account", "suggestion")
    return rows.prefetch_related(Prefetch("tags", Tag.objects.order_by("name"))).order_by("-removed_at", "-id")
