"""Statements that PostgreSQL plans once per connection: where planning takes longer than running.

Only for statements whose best plan is the same for all values: few rows, found by their keys.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows_of(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the statement finds. On PostgreSQL call it within `entered`, so that a connection is there."""
    with _cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _cursor() -> Any:
    if connection.vendor != "postgresql":
        return connection.cursor()
    import psycopg

    plain: Any = connection  # the stub does not know what makes a cursor counted and logged like any other
    return plain._prepare_cursor(psycopg.Cursor(connection.connection))
