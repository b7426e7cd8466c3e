"""Measure speed on PostgreSQL and print it, each figure beside its goal."""

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.actions.sign_ins import sign_in
from accounts.models import User
from accounts.origin import NOWHERE
from financeapp.bench import books, editing, ingest, planning, reading, ruling, serving
from financeapp.bench.serving import Server
from financeapp.bench.timing import Line, flat

SYNCED_AT_MOST = 100_000


class Command(BaseCommand):
    help = "Measure speed as ratios to hand-written SQL on the same PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", default="10000,100000,1000000", help="transactions in one book")

    def handle(self, *args: Any, sizes: str, **options: Any) -> None:  # Django's signature
        if connection.vendor != "postgresql":
            raise CommandError("The benchmark needs PostgreSQL: set DATABASE_URL, or run script/bench.")
        self.took: dict[str, dict[int, float]] = defaultdict(dict)
        user = books.make_user(f"bench-{time.time():.0f}@example.com")
        with serving.bank(), serving.web() as web, serving.limit() as limit:
            ingest.warmed_up(user, settings.PLAID_HOST)
            for size in (int(each) for each in sizes.split(",")):
                self.stdout.write(f"\n{size:,} transactions in one book, and as many in its neighbours")
                self._print(size, _of_size(size, user, web, limit))
            self.stdout.write("\nOverall")
            self._print(0, flat(self.took, reading.FLAT))
            self._print(0, reading.used(web))

    def _print(self, size: int, lines: Iterable[Line]) -> None:
        for line in lines:
            self.took[line.work][size] = line.milliseconds
            self.stdout.write(str(line))
            self.stdout.flush()


def _of_size(size: int, user: User, web: Server, limit: Server) -> Iterator[Line]:
    if size <= SYNCED_AT_MOST:
        yield from ingest.synced(user, settings.PLAID_HOST, size)
        yield from ingest.imported(user, size)
    yield ingest.merged(user, size)
    book = books.filled(user, size)
    with httpx.Client(base_url=web.address, headers=_signed_in(user), timeout=60) as client:
        yield from reading.served(client, book)
        yield reading.exported(client, book)
    yield from reading.crowded(web, limit, _signed_in(user), book)
    yield reading.page(web, user, book)
    yield from reading.asked(book)
    yield from planning.planned(user, book)
    if size <= SYNCED_AT_MOST:
        yield from ruling.ran(user, book, size)
    yield from editing.edited(user, book)


def _signed_in(user: User) -> dict[str, str]:
    """The header of a client, good for a few minutes."""
    return {"Authorization": f"Bearer {sign_in(user=user, origin=NOWHERE, now=timezone.now()).access}"}
