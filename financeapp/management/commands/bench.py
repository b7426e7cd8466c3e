"""Measure speed on PostgreSQL and print it, each figure beside its goal."""

import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.actions.sign_ins import sign_in
from accounts.origin import NOWHERE
from financeapp.bench import books, ingest, reading

PORT = 8788
SYNCED_AT_MOST = 100_000


class Command(BaseCommand):
    help = "Measure speed as ratios to hand-written SQL on the same PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", default="10000,100000,1000000", help="transactions in one book")

    def handle(self, *args: Any, sizes: str, **options: Any) -> None:  # Django's signature
        if connection.vendor != "postgresql":
            raise CommandError("The benchmark needs PostgreSQL: set DATABASE_URL, or run script/bench.")
        user = books.make_user(f"bench-{time.time():.0f}@example.com")
        with bank(), web_server() as address:
            ingest.warmed_up(user, settings.PLAID_HOST)
            for size in (int(each) for each in sizes.split(",")):
                self.stdout.write(f"\n{size:,} transactions")
                if size <= SYNCED_AT_MOST:
                    self._print(ingest.synced(user, settings.PLAID_HOST, size))
                self._print([ingest.merged(user, min(size, SYNCED_AT_MOST))])
                book = books.filled(user, size)
                token = sign_in(user=user, origin=NOWHERE, now=timezone.now()).access  # good for a few minutes
                headers = {"Authorization": f"Bearer {token}"}
                with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
                    self._print(reading.served(client, book))
                    self._print([reading.exported(client, book)])
                self._print(reading.asked(book))

    def _print(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(str(line))
            self.stdout.flush()


@contextmanager
def bank() -> Iterator[None]:
    """The sandbox bank with every history there at once."""
    database = str(settings.VAR_DIR / "bench-bank.sqlite3")
    options = ["--port", str(settings.SANDBOX_BANK_PORT), "--db", database, "--initial-seconds", "0"]
    with running("sandboxbank", *options, "--historical-seconds", "0", ready=f"{settings.SANDBOX_BANK_URL}/health"):
        yield


@contextmanager
def web_server() -> Iterator[str]:
    """The application under the production server with its options (`docker/web.sh`), one worker."""
    address = f"http://127.0.0.1:{PORT}"
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--port", str(PORT), "--no-ws"]
    options += ["--no-access-log", "--log-level", "warning"]
    with running("granian", *options, "financeapp.wsgi:application", ready=f"{address}/health/live"):
        yield address


@contextmanager
def running(module: str, *options: str, ready: str) -> Iterator[None]:
    """A process of its own, until it answers at `ready` and as long as the block lasts."""
    process = subprocess.Popen([sys.executable, "-m", module, *options])  # noqa: S603  our own arguments
    try:
        for _ in range(150):
            try:
                httpx.get(ready)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(20)
