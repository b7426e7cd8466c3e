"""Webhooks on their way: kept in the file, delivered by a thread, tried again when nobody answers."""

import json
import sqlite3
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from sandboxbank import signing
from sandboxbank.faults import ON_WEBHOOK, Faults
from sandboxbank.store import Store

PATIENCE = 10
TRIES = 6
OVERTAKEN_AFTER = 1.0


class Outbox:
    """Delivers in order of due time; a failed webhook comes back after `retry_seconds`, then four times that, …"""

    def __init__(self, store: Store, faults: Faults, *, retry_seconds: float) -> None:
        self._store, self._faults, self._retry_seconds = store, faults, retry_seconds
        self._wake = threading.Condition()
        self._stopped = False
        store.run("UPDATE webhook SET state = 'waiting' WHERE state = 'sending'")

    def put(self, *, item_id: str, url: str, body: dict[str, object]) -> None:
        """Queue a webhook; the fault plan may lose, double, delay or spoil it."""
        code, text = str(body["webhook_code"]), json.dumps(body, indent=2)
        kinds = tuple(f"webhook_{kind}" for kind in ON_WEBHOOK)
        plans = {
            plan["kind"]: plan for plan in self._faults.take(kinds, endpoint="webhook", item_id=item_id, code=code)
        }
        due, state = time.time(), "waiting"
        if "webhook_drop" in plans:
            state = "dropped"
        if "webhook_late" in plans:
            due += float(plans["webhook_late"].get("seconds", 5))
        if "webhook_reorder" in plans:
            due += OVERTAKEN_AFTER
        twist = next((kind for kind in ON_WEBHOOK[4:] if f"webhook_{kind}" in plans), "")
        for _ in range(2 if "webhook_duplicate" in plans else 1):
            self._store.run(
                "INSERT INTO webhook (item_id, url, code, body, twist, due_at, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
                item_id, url, code, text, twist, due, state,
            )  # fmt: skip
        with self._wake:
            self._wake.notify()

    def flush(self) -> int:
        """Try everything that waits, now; how many were delivered."""
        waiting = self._store.rows("SELECT id FROM webhook WHERE state = 'waiting' ORDER BY due_at, id")
        return sum(self._deliver(row["id"]) for row in waiting)

    def run(self) -> None:
        """Deliver until stopped; for a thread."""
        while not self._stopped:
            row = self._store.one("SELECT id, due_at FROM webhook WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1")
            pause = min(row["due_at"] - time.time(), 60.0) if row else 60.0
            if row and pause <= 0:
                self._deliver(row["id"])
                continue
            with self._wake:
                if not self._stopped:
                    self._wake.wait(min(pause, 0.5))

    def stop(self) -> None:
        """Let the thread end."""
        self._stopped = True
        with self._wake:
            self._wake.notify_all()

    def _deliver(self, number: int) -> bool:
        if not self._store.run("UPDATE webhook SET state = 'sending' WHERE id = ? AND state = 'waiting'", number):
            return False
        row = self._store.one("SELECT * FROM webhook WHERE id = ?", number)
        assert row is not None
        answer = self._post(row)
        attempts, delivered = row["attempts"] + 1, answer.startswith("2")
        state = "delivered" if delivered else "waiting" if attempts < TRIES else "given up"
        due = time.time() + self._retry_seconds * 4 ** (attempts - 1)
        self._store.run(
            "UPDATE webhook SET state = ?, attempts = ?, answer = ?, due_at = ? WHERE id = ?",
            state, attempts, answer, due, number,
        )  # fmt: skip
        return delivered

    def _post(self, row: sqlite3.Row) -> str:
        body, parts = row["body"].encode(), urlsplit(row["url"])
        proof = signing.sign(self._store, body, twist=row["twist"])
        if row["twist"] == "tampered":
            body = body.replace(b'"environment": "sandbox"', b'"environment": "Sandbox"')
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = {"Content-Type": "application/json", "Plaid-Verification": proof, "User-Agent": "sandboxbank"}
        try:
            connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
            try:
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", target or "/", body, headers)
                return str(connection.getresponse().status)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            return type(error).__name__
