"""What the application answers, asked in hand-written SQL over the rows themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Statement = tuple[str, Sequence[Any]]
"""SQL and its values; the first is the book's id."""

TODAY = date(2026, 11, 21)
TWELVE_MONTHS = date(2025, 12, 1), date(2026, 12, 1)
SIX_MONTHS = date(2026, 6, 1), date(2026, 12, 1)
BUDGETED_SINCE = date(2024, 1, 1)
SAME_DAYS = date(2026, 10, 1), date(2026, 10, 22)
_COUNTED = "t.removed_at IS NULL AND NOT t.pending AND NOT t.excluded"
_ROWS = """
SELECT t.id, t.day, t.authorized_on, t.amount, t.currency, t.description, a.name AS account, m.name AS merchant,
    c.name AS category, t.category_source, t.confidence, t.reason, t.note, t.pending, t.excluded, t.origin, t.channel,
    t.created_at, t.updated_at
FROM banking_transaction t JOIN banking_account a ON a.id = t.account_id JOIN banking_category c ON c.id = t.category_id
LEFT JOIN banking_merchant m ON m.id = t.merchant_id
WHERE t.book_id = %s AND t.removed_at IS NULL {} ORDER BY t.day DESC, t.id DESC LIMIT {}
"""
_MONTHS = f"""
SELECT date_trunc('month', t.day)::date, t.category_id, t.currency, sum(t.amount), count(*) FROM banking_transaction t
WHERE t.book_id = %s AND t.day >= %s AND t.day < %s AND {_COUNTED} GROUP BY 1, 2, 3
"""  # noqa: S608  a condition of our own
_MOVEMENTS = """
SELECT account_id, date_trunc('month', day)::date, sum(amount) FROM banking_transaction
WHERE book_id = %s AND removed_at IS NULL AND NOT pending GROUP BY 1, 2
"""
_BY_KIND = f"""
SELECT c.kind, t.currency, sum(t.amount) FROM banking_transaction t JOIN banking_category c ON c.id = t.category_id
WHERE t.book_id = %s AND t.day >= %s AND t.day < %s AND {_COUNTED} GROUP BY 1, 2
"""  # noqa: S608  a condition of our own
_DAYS = """
SELECT account_id, day, sum(sum(amount)) OVER (PARTITION BY account_id ORDER BY day) FROM banking_transaction
WHERE book_id = %s AND removed_at IS NULL AND NOT pending GROUP BY account_id, day
"""
_SPENT = f"""
SELECT date_trunc('month', t.day)::date, t.category_id, t.currency, sum(t.amount) FROM banking_transaction t
WHERE t.book_id = %s AND t.day >= %s AND t.day < %s AND t.category_id = ANY(%s) AND {_COUNTED} GROUP BY 1, 2, 3
"""  # noqa: S608  a condition of our own
_SINCE = f"""
SELECT date_trunc('month', t.day)::date, t.day <= %s, t.category_id, t.currency, sum(t.amount)
FROM banking_transaction t WHERE t.book_id = %s AND t.day >= %s AND t.day < %s AND t.category_id = ANY(%s)
    AND extract(day FROM t.day) > %s AND {_COUNTED} GROUP BY 1, 2, 3, 4
"""  # noqa: S608  a condition of our own
COPY = """
COPY (SELECT t.id, t.day, a.name, t.currency, round(t.amount * 0.0001, 2), t.description, m.name, c.name, t.note,
    t.pending, t.excluded
FROM banking_transaction t JOIN banking_account a ON a.id = t.account_id JOIN banking_category c ON c.id = t.category_id
LEFT JOIN banking_merchant m ON m.id = t.merchant_id
WHERE t.book_id = %s AND t.removed_at IS NULL ORDER BY t.day DESC, t.id DESC) TO STDOUT (FORMAT csv)
"""


def first_page(book_id: int) -> list[Statement]:
    return [(_ROWS.format("", 50), [book_id])]


def filtered_page(book_id: int) -> list[Statement]:
    """Of at least 100.00 that went out since January."""
    return [(_ROWS.format("AND t.amount <= -1000000 AND t.day >= %s", 50), [book_id, date(2026, 1, 1)])]


def year(book_id: int) -> list[Statement]:
    """Twelve months by category."""
    return [(_MONTHS, [book_id, *TWELVE_MONTHS])]


def board(book_id: int) -> list[Statement]:
    """What the dashboard shows: six months by category, each account's movements by month, the same days of last month
    by kind, and the newest rows."""
    return [
        (_MONTHS, [book_id, *SIX_MONTHS]),
        (_MOVEMENTS, [book_id]),
        (_BY_KIND, [book_id, *SAME_DAYS]),
        (_ROWS.format("", 8), [book_id]),
    ]


def budgets(book_id: int, categories: Sequence[int]) -> list[Statement]:
    """What the board of budgets adds up: each month since they began, of which something is rolled over, and what came
    after the same day in the six months before, by category."""
    after, wanted = date(2026, 12, 1), list(categories)
    return [
        (_SPENT, [book_id, BUDGETED_SINCE, after, wanted]),
        (_SINCE, [TODAY, book_id, date(2026, 5, 1), after, wanted, TODAY.day]),
    ]


def daily_balances(book_id: int) -> list[Statement]:
    return [(_DAYS, [book_id])]
