"""Pages and API over HTTP against a bare authenticated view of the same server, and reports against live SQL."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
from django.db import connection

from accounts.books import entered
from accounts.models import Book
from banking import queries
from financeapp.bench.books import TODAY
from financeapp.bench.timing import Line, compared, median_ms
from reports import queries as reports

YEAR_START = date(2025, 12, 1)

_YEAR = """
SELECT date_trunc('month', day), category_id, sum(amount) FROM banking_transaction
WHERE book_id = %s AND day >= %s AND day < %s AND removed_at IS NULL AND NOT pending AND NOT excluded
GROUP BY 1, 2
"""
_DAYS = """
SELECT account_id, day, sum(sum(amount)) OVER (PARTITION BY account_id ORDER BY day) FROM banking_transaction
WHERE book_id = %s AND removed_at IS NULL AND NOT pending GROUP BY account_id, day
"""
_FIRST = """
SELECT * FROM banking_transaction WHERE book_id = %s AND removed_at IS NULL ORDER BY day DESC, id DESC LIMIT 50
"""
_COPY = """
COPY (SELECT t.id, t.day, a.name, t.currency, round(t.amount * 0.0001, 2), t.description, m.name, c.name, t.note,
    t.pending, t.excluded
FROM banking_transaction t JOIN banking_account a ON a.id = t.account_id JOIN banking_category c ON c.id = t.category_id
LEFT JOIN banking_merchant m ON m.id = t.merchant_id
WHERE t.book_id = %s AND t.removed_at IS NULL ORDER BY t.day DESC, t.id DESC) TO STDOUT (FORMAT csv)
"""
_ALL = "SELECT sum(amount) FROM banking_transaction WHERE book_id = %s AND removed_at IS NULL AND NOT pending"


def served(client: httpx.Client, book: Book) -> Iterator[Line]:
    """The API and a page over HTTP, each beside the bare view."""
    headers = {"X-Book": str(book.pk)}

    def get(path: str) -> Callable[[], object]:
        return lambda: client.get(path, headers=headers).raise_for_status()

    bare = median_ms(get("/bench/bare"))
    yield compared("API first page / bare view", median_ms(get("/api/transactions?limit=50")), bare, "≤ 2.5 ×")
    filtered = "/api/transactions?limit=50&direction=out&amount_min=100&start=2026-01-01"
    yield compared("API filtered list / bare view", median_ms(get(filtered)), bare, "≤ 3 × (1M: 4 ×)")
    found = median_ms(get("/api/transactions?limit=50&q=shop+77"))
    yield compared("API search by words / bare view", found, bare, "≤ 10 ms (10k), 50 ms (100k), 150 ms (1M)")
    yield compared("API dashboard / bare view", median_ms(get("/api/dashboard/summary"), 15), bare, "")


def asked(book: Book) -> Iterator[Line]:
    """Queries beside the same question in hand-written SQL over the rows themselves."""
    with entered(book):
        raw_year = median_ms(lambda: _run(_YEAR, book.pk, YEAR_START, date(2026, 12, 1)), 10)
        year = median_ms(lambda: queries.month_report(book=book, start=YEAR_START, end=date(2026, 12, 1)), 10)
        goal = "≤ 4 × (10k), 0.6 × (100k), 0.1 × (1M)"
        yield compared("12 months by category / live SQL", year, raw_year, goal)
        raw_board = raw_year + median_ms(lambda: _run(_FIRST, book.pk), 10) + median_ms(lambda: _run(_ALL, book.pk), 10)
        board = median_ms(lambda: reports.dashboard(book=book, today=TODAY), 10)
        yield compared("dashboard / live SQL", board, raw_board, goal)
        raw_days = median_ms(lambda: _run(_DAYS, book.pk), 5)
        first = date(2023, 11, 1)
        days = median_ms(lambda: list(queries.daily_balances(book=book, start=first, end=TODAY)), 5)
        yield compared("daily balances, 3 years / live SQL", days, raw_days, "≤ 2 × (10k), 0.5 × (100k), 0.1 × (1M)")


def exported(client: httpx.Client, book: Book) -> Line:
    """Everything as CSV over HTTP, beside a COPY of the same columns."""
    headers = {"X-Book": str(book.pk)}

    def download() -> None:
        with client.stream("GET", "/api/transactions/export", headers=headers) as answer:
            answer.raise_for_status()
            for _piece in answer.iter_raw():
                pass

    def copied() -> None:
        with entered(book), connection.cursor() as cursor, cursor.copy(_COPY, [book.pk]) as lines:
            for _piece in lines:
                pass

    ours, raw = median_ms(download, 3), median_ms(copied, 3)
    return compared("CSV of everything / COPY", ours, raw, "≤ 1.5 × (10k), 1.3 ×")


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.fetchall()
