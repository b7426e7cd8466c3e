"""The two stored aggregates, recomputed set-wise inside the transaction that changes the rows they come from.

What is stored is always a plain sum over the rows, taken again for the months that were touched: nothing is ever added
to or subtracted from, so nothing can drift.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from accounts.models import Book
from banking.models import Account, DayTotal, MonthTotal

_DAY_TOTALS = """
SELECT t.book_id, t.account_id, t.day, sum(t.amount){whole} AS amount, count(*) AS count
FROM banking_transaction t JOIN banking_account a ON a.id = t.account_id
WHERE (t.removed_at IS NULL OR t.discarded) AND NOT t.pending AND NOT t.is_split
    AND t.currency = a.currency {{more}}
GROUP BY t.book_id, t.account_id, t.day
"""

_MONTH_TOTALS = """
SELECT t.book_id, t.account_id, t.category_id, {month} AS month, t.currency,
       sum(CASE WHEN t.amount > 0 THEN t.amount ELSE 0 END){whole} AS money_in,
       sum(CASE WHEN t.amount < 0 THEN t.amount ELSE 0 END){whole} AS money_out, count(*) AS count
FROM banking_transaction t
WHERE t.removed_at IS NULL AND NOT t.pending AND NOT t.excluded AND NOT t.is_split {{more}}
GROUP BY t.book_id, t.account_id, t.category_id, {month}, t.currency
"""

_DIALECTS = {
    "postgresql": {"whole": "::bigint", "month": "date_trunc('month', t.day)::date"},
    "sqlite": {"whole": "", "month": "date(t.day, 'start of month')"},
}
_SOME = "AND t.account_id = %s AND t.day >= %s AND t.day < %s"
_DAYS = {vendor: _DAY_TOTALS.format(**words).format(more=_SOME) for vendor, words in _DIALECTS.items()}
_MONTHS = {vendor: _MONTH_TOTALS.format(**words).format(more=_SOME) for vendor, words in _DIALECTS.items()}
DAY_TOTALS = {vendor: _DAY_TOTALS.format(**words).format(more="") for vendor, words in _DIALECTS.items()}
MONTH_TOTALS = {vendor: _MONTH_TOTALS.format(**words).format(more="") for vendor, words in _DIALECTS.items()}
"""What the stored totals must equal, by database vendor."""
_INTO_DAYS = "INSERT INTO banking_daytotal (book_id, account_id, day, amount, count)"
_INTO_MONTHS = (
    "INSERT INTO banking_monthtotal (book_id, account_id, category_id, month, currency, money_in, money_out, count)"
)

EARLIEST, LATEST = date(1900, 1, 1), date(9999, 1, 1)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after its month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def lock(*, book: Book, account_ids: Iterable[int]) -> None:
    """Hold these accounts until the transaction ends, in the order of their ids so that no two writers deadlock."""
    ids = sorted(set(account_ids))
    list(Account.objects.select_for_update().filter(book=book, pk__in=ids).order_by("pk").values_list("pk", flat=True))


def refresh(*, book: Book, account_ids: Iterable[int], start: date, end: date) -> None:
    """Recompute the months that touch [start, end] for these accounts. Call `lock` before changing their rows."""
    first, after = month_of(start), month_after(end)
    with connection.cursor() as cursor:
        for account_id in sorted(set(account_ids)):
            kept = {"book": book, "account_id": account_id}
            DayTotal.objects.filter(**kept, day__gte=first, day__lt=after).delete()
            MonthTotal.objects.filter(**kept, month__gte=first, month__lt=after).delete()
            period = (account_id, first, after)
            cursor.execute(f"{_INTO_DAYS} {_DAYS[connection.vendor]}", period)
            cursor.execute(f"{_INTO_MONTHS} {_MONTHS[connection.vendor]}", period)


def rebuild(*, book: Book) -> None:
    """Recompute everything of the book; call inside a transaction."""
    ids = list(Account.objects.filter(book=book).values_list("pk", flat=True))
    lock(book=book, account_ids=ids)
    refresh(book=book, account_ids=ids, start=EARLIEST, end=LATEST.replace(year=9998))
