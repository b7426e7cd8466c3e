"""The least a server can do: hand-written SQL to JSON, for anybody and without Django."""

import os
from collections.abc import Callable, Iterable
from threading import local
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg

from financeapp.bench import statements

WORK = {"/list": statements.first_page, "/filtered": statements.filtered_page, "/dashboard": statements.board}
_thread = local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`/list?book=1`, `/filtered` and `/dashboard`."""
    book_id = int(parse_qs(environ["QUERY_STRING"])["book"][0])
    answers = []
    with _connection().cursor() as cursor:
        for sql, values in WORK[environ["PATH_INFO"]](book_id):
            cursor.execute(sql, values)
            answers.append(cursor.fetchall())
    body = orjson.dumps(answers, default=str)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_thread, "connection"):
        _thread.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        _thread.connection.execute("SELECT set_config('app.everywhere', 'on', false)")
    found: psycopg.Connection[Any] = _thread.connection
    return found
