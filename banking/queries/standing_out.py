"""Payments that are not like the others."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Q

from accounts.models import Book
from banking.models import Transaction
from banking.queries.filtering import Filters, matching

HISTORY = timedelta(days=180)
ENOUGH_THERE, ENOUGH = 5, 30
"""So many earlier payments at one merchant, or in the book, say what is usual."""
FAR = 5
"""A payment is unusual that lies so many times the median distance above the median."""
LEAST_SPREAD = Decimal("0.1")
TOP = Decimal("0.02")
"""The share of the book's payments that are large."""
ALIKE = Decimal("0.8")
"""A merchant that was paid so much of it before is paid so again: a rent is no news."""
PLACES = Decimal("0.0001")


def standing_out(*, book: Book, today: date, among: Q) -> list[tuple[Transaction, Decimal | None]]:
    """The booked payments among these rows that stand out, oldest first; two queries.

    Beside each what is usual at its merchant, positive, where it is unusual there; None where it is one of the largest
    of half a year.
    """
    filters = Filters(end=today + timedelta(days=1), kind="expense", direction="out", counted=True)
    rows = matching(book=book, filters=filters).filter(among)
    recent = list(rows.select_related("merchant").order_by("day", "id"))
    if not recent:
        return []
    there, everywhere = _before(book, today, {row.pk for row in recent})
    found: list[tuple[Transaction, Decimal | None]] = []
    for row in recent:
        spent, earlier = -row.amount, there[row.currency, row.merchant_id]
        usual = _usual(earlier) if row.merchant_id else None
        if usual is not None and spent > usual[1]:
            found.append((row, usual[0]))
        elif usual is None and _is_large(spent, everywhere[row.currency]) and not _was_alike(spent, earlier):
            found.append((row, None))
    return found


def _before(
    book: Book, today: date, recent: set[int]
) -> tuple[dict[tuple[str, int | None], list[Decimal]], dict[str, list[Decimal]]]:
    """What else was paid in half a year, by currency and merchant, and by currency; positive."""
    filters = Filters(start=today - HISTORY, end=today, kind="expense", direction="out", counted=True)
    there: dict[tuple[str, int | None], list[Decimal]] = defaultdict(list)
    everywhere: dict[str, list[Decimal]] = defaultdict(list)
    rows = matching(book=book, filters=filters).order_by()
    for pk, merchant, currency, amount in rows.values_list("pk", "merchant_id", "currency", "amount"):
        if pk not in recent:
            there[currency, merchant].append(-amount)
            everywhere[currency].append(-amount)
    return there, everywhere


def _usual(earlier: list[Decimal]) -> tuple[Decimal, Decimal] | None:
    """The median, and what is unusual beyond it; None of too few."""
    if len(earlier) < ENOUGH_THERE:
        return None
    middle = median(earlier)
    spread = max(median(abs(each - middle) for each in earlier), middle * LEAST_SPREAD)
    return middle.quantize(PLACES).normalize(), middle + FAR * spread


def _is_large(spent: Decimal, earlier: list[Decimal]) -> bool:
    if len(earlier) < ENOUGH:
        return False
    larger = sum(each >= spent for each in earlier)
    return larger < len(earlier) * TOP


def _was_alike(spent: Decimal, earlier: list[Decimal]) -> bool:
    return any(each >= spent * ALIKE for each in earlier)
