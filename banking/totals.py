"""The two stored aggregates, recomputed set-wise inside the transaction that changes the rows they come from.

What is stored is always a plain sum over the rows, taken again for the months that were touched: nothing is ever added
to or subtracted from, so nothing can drift.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from accounts.models import Book
from banking.models import Account, DayTotal, MonthTotal

_DAYS = """
INSERT INTO banking_daytotal (book_id, account_id, day, amount, count)
SELECT t.book_id, t.account_id, t.day, sum(t.amount), count(*)
FROM banking_transaction t JOIN banking_account a ON a.id = t.account_id
WHERE t.account_id = %s AND t.day >= %s AND t.day < %s
  AND t.removed_at IS NULL AND NOT t.pending AND t.currency = a.currency
GROUP BY t.book_id, t.account_id, t.day
"""

_MONTHS = """
INSERT INTO banking_monthtotal (book_id, account_id, category_id, month, currency, money_in, money_out, count)
SELECT book_id, account_id, category_id, {month}, currency,
       sum(CASE WHEN amount > 0 THEN amount ELSE 0 END), sum(CASE WHEN amount < 0 THEN amount ELSE 0 END), count(*)
FROM banking_transaction
WHERE account_id = %s AND day >= %s AND day < %s AND removed_at IS NULL AND NOT pending AND NOT excluded
GROUP BY book_id, account_id, category_id, {month}, currency
"""

_MONTH = {
    "postgresql": "date_trunc('month', day)::date",
    "sqlite": "date(day, 'start of month')",
}

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
    months = _MONTHS.format(month=_MONTH[connection.vendor])
    with connection.cursor() as cursor:
        for account_id in sorted(set(account_ids)):
            kept = {"book": book, "account_id": account_id}
            DayTotal.objects.filter(**kept, day__gte=first, day__lt=after).delete()
            MonthTotal.objects.filter(**kept, month__gte=first, month__lt=after).delete()
            cursor.execute(_DAYS, [account_id, first, after])
            cursor.execute(months, [account_id, first, after])


def rebuild(*, book: Book) -> None:
    """Recompute everything of the book; call inside a transaction."""
    ids = list(Account.objects.filter(book=book).values_list("pk", flat=True))
    lock(book=book, account_ids=ids)
    refresh(book=book, account_ids=ids, start=EARLIEST, end=LATEST.replace(year=9998))
