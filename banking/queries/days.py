"""What the listed rows of each day come to."""

from datetime import date, timedelta

from django.db.models import Count, Q, Sum

from accounts.models import Book
from banking.queries.filtering import Filters, matching
from banking.queries.statistics import ZERO, Total


def day_totals(*, book: Book, filters: Filters, first: date, last: date) -> dict[date, list[Total]]:
    """The total of each day in [first, last] over the matching rows that count, by currency; one query.

    A day on which nothing counts has none.
    """
    rows = matching(book=book, filters=filters.summed()).filter(day__gte=first, day__lt=last + timedelta(days=1))
    if filters.tags:
        rows = matching(book=book).filter(pk__in=rows.order_by().values("pk"))
    sums = rows.values_list("day", "currency").annotate(
        rows=Count("id"),
        inward=Sum("amount", filter=Q(amount__gt=0)),
        outward=Sum("amount", filter=Q(amount__lt=0)),
    )
    found: dict[date, list[Total]] = {}
    for day, currency, count, inward, outward in sums.order_by("-day", "currency"):
        found.setdefault(day, []).append(Total(currency, count, inward or ZERO, outward or ZERO))
    return found
