"""The bank's own SQLite file: one connection, one lock, explicit transactions."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Value: TypeAlias = str | int | float | bytes | None

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    item_id TEXT PRIMARY KEY, access_token TEXT NOT NULL UNIQUE, institution_id TEXT NOT NULL,
    username TEXT NOT NULL, custom TEXT, products TEXT NOT NULL, webhook TEXT, error TEXT, created_at REAL NOT NULL,
    days INTEGER, started_at REAL, stage INTEGER NOT NULL DEFAULT 0, lived_until TEXT, armed INTEGER NOT NULL DEFAULT 0,
    head INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0, updated_at REAL, hook_at REAL, hook_code TEXT,
    round INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS account (
    account_id TEXT PRIMARY KEY, item_id TEXT NOT NULL, key TEXT NOT NULL, position INTEGER NOT NULL,
    name TEXT NOT NULL, official_name TEXT, mask TEXT, type TEXT NOT NULL, subtype TEXT NOT NULL,
    currency TEXT NOT NULL, unofficial INTEGER NOT NULL DEFAULT 0, holder TEXT NOT NULL DEFAULT 'personal',
    limit_cents INTEGER, forced_available INTEGER, opening INTEGER NOT NULL, posted INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0, head INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0, chosen INTEGER NOT NULL DEFAULT 1, backfilled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (item_id, key));
CREATE TABLE IF NOT EXISTS row (
    id INTEGER PRIMARY KEY, item_id TEXT NOT NULL, account_id TEXT NOT NULL, transaction_id TEXT NOT NULL UNIQUE,
    born INTEGER NOT NULL, last INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, day TEXT NOT NULL,
    cents INTEGER NOT NULL, counted INTEGER NOT NULL, pending INTEGER NOT NULL, due_on TEXT, successor TEXT,
    original TEXT NOT NULL, snapshot TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS row_changes ON row (item_id, last);
CREATE INDEX IF NOT EXISTS row_due ON row (item_id, due_on) WHERE due_on IS NOT NULL;
CREATE TABLE IF NOT EXISTS link_session (
    link_token TEXT PRIMARY KEY, page TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL, request TEXT NOT NULL,
    state TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL NOT NULL, page_expires_at REAL NOT NULL,
    started_at REAL, finished_at REAL, outcome TEXT);
CREATE TABLE IF NOT EXISTS public_token (
    token TEXT PRIMARY KEY, item_id TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS signing_key (
    kid TEXT PRIMARY KEY, private_pem BLOB NOT NULL, created_at INTEGER NOT NULL, expired_at INTEGER);
CREATE TABLE IF NOT EXISTS webhook (
    id INTEGER PRIMARY KEY, item_id TEXT, url TEXT NOT NULL, code TEXT NOT NULL, body TEXT NOT NULL,
    twist TEXT NOT NULL DEFAULT '', due_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS webhook_due ON webhook (due_at) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, plan TEXT NOT NULL, remaining INTEGER);
"""
TABLES = ("setting", "item", "account", "row", "link_session", "public_token", "webhook", "fault")


class Store:
    """A SQLite file shared by all threads of the bank, one transaction at a time."""

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self._open = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._open.row_factory = sqlite3.Row
        self._open.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;"
            "PRAGMA mmap_size=1073741824; PRAGMA cache_size=-32768;"
        )
        self._open.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction it is part of that one."""
        with self.lock:
            if self._open.in_transaction:
                yield
                return
            self._open.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._open.execute("ROLLBACK")
                raise
            self._open.execute("COMMIT")

    def rows(self, sql: str, *values: Value) -> list[sqlite3.Row]:
        """Everything the query finds."""
        with self.lock:
            return self._open.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Value) -> sqlite3.Row | None:
        """The first find or None."""
        with self.lock:
            found: sqlite3.Row | None = self._open.execute(sql, values).fetchone()
            return found

    def run(self, sql: str, *values: Value) -> int:
        """Change something; the number of rows changed."""
        with self.lock:
            return self._open.execute(sql, values).rowcount

    def run_many(self, sql: str, values: Iterable[tuple[Value, ...]]) -> None:
        """Change something for each of `values`."""
        with self.lock:
            self._open.executemany(sql, values)

    def setting(self, name: str, otherwise: str) -> str:
        """A remembered setting; `otherwise` is stored on first sight."""
        found = self.one("SELECT value FROM setting WHERE name = ?", name)
        if found is None:
            self.remember(name, otherwise)
            return otherwise
        return str(found["value"])

    def remember(self, name: str, value: str) -> None:
        """Store a setting."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    def empty(self) -> None:
        """Forget everything but the signing keys."""
        with self.transaction():
            for table in TABLES:
                self.run(f"DELETE FROM {table}")  # noqa: S608  (names from the constant above)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self._open.close()
