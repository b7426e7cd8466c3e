"""What goes on during a crash drill, and what must hold after it."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book, User
from accounts.tests.factories import make_book, make_user
from banking.actions import connections
from banking.models import Connection, Sync, Transaction
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, quick
from banking.tests.lives import Life
from banking.tests.nursery import Nursery
from banking.tests.services import Server
from financeapp.tests.serving import served
from sandboxbank.control import Control

INSTITUTIONS = ["ins_109508", "ins_109509", "ins_109512"]
WORKERS = 2
BANK_STEPS = ["purchase", "purchase", "purchase", "twins", "pending", "posting", "correction", "removal"]
USER_STEPS = ["edit", "edit", "edit", "record", "discard"]
FAULTS = {"INTERNAL_SERVER_ERROR": "error", "RATE_LIMIT": "error", "": "reset", "cut": "truncate", "moved": "mutate"}
LIKELY = 0.01
ROUND = 5
PAGE_SIZE = 20
REST_SECONDS, BUSY_SECONDS, LONGEST_RUN_SECONDS = 60, 3, 0.25
OPEN = [Sync.Status.RUNNING, Sync.Status.QUEUED]
LOST_DATABASE = (OperationalError, InterfaceError)


class Drill:
    """One user with three logins in one book; `run` kills and checks."""

    def __init__(self, bank: str, seed: int, servers: dict[str, Server]) -> None:
        quick(PAGE_SIZE, read_timeout=10)
        self.nursery = Nursery(WORKERS, seed)
        self.bank, self.servers, self.dice = Control(bank), servers, random.Random(seed)
        self.count: Counter[str] = Counter()
        self.over = threading.Event()
        self.failures: list[BaseException] = []

    def run(self, kills: int, victims: list[str]) -> dict[str, object]:
        """The report; raise AssertionError when something was lost, doubled, wrong or is stuck."""
        try:
            with served() as address:
                lives = self._link(f"{address}/api/webhook/plaid")
                self._rest(lives)
                seconds, turns = [], itertools.cycle(victims)
                for left in range(kills, 0, -ROUND):
                    self._go_on(lives, min(left, ROUND), turns)
                    seconds.append(self._rest(lives))
                    self._verify(lives)
                self._count(lives)
        finally:
            self.nursery.close()
        return {"victims": victims, "seconds_to_rest": round(max(seconds), 1), **self.count}

    def _link(self, webhook: str) -> list[Life]:
        user = make_user()
        book = make_book(user, name="drill")
        return [self._life(user, book, institution, webhook) for institution in INSTITUTIONS]

    def _life(self, user: User, book: Book, institution: str, webhook: str) -> Life:
        made = linked(book, user, "user_custom", password=CUSTOM, institution=institution, webhook=webhook)
        return Life(self.bank, made, random.Random(self.dice.random()), quiet=False, book=book)

    def _go_on(self, lives: list[Life], kills: int, victims: Iterator[str]) -> None:
        """The bank's life, its faults, its webhooks (often twice), the user and the killer, all at once."""
        for code, kind in FAULTS.items():
            details = {"code": code} if kind == "error" else {}
            for endpoint in ("/transactions/sync", "/accounts/get"):
                self.bank.fault(kind, endpoint=endpoint, probability=LIKELY, **details)
        self.bank.fault("webhook_duplicate", probability=0.5)
        self.over.clear()
        going = [
            self._thread(partial(self._steps, lives, BANK_STEPS, 0.4)),
            self._thread(partial(self._steps, lives, USER_STEPS, 0.2)),
        ]
        for _ in range(kills):
            self._strike(next(victims), lives)
        self.over.set()
        for thread in going:
            thread.join(REST_SECONDS)
        assert not self.failures, self.failures

    def _strike(self, victim: str, lives: list[Life]) -> None:
        """In the middle of a run: at whatever point of it, or just while it stores."""
        if self.dice.random() < 0.5:
            since = timezone.now()
            _until(lambda: self._runs(lives, Sync.Status.RUNNING, since=since), BUSY_SECONDS)
            time.sleep(self.dice.uniform(0, LONGEST_RUN_SECONDS))
        else:
            _until(_somebody_stores, BUSY_SECONDS)
            time.sleep(self.dice.uniform(0, 0.03))
        if victim == "worker":
            self.nursery.kill(self.dice.choice([1, 1, WORKERS]))
        else:
            self.servers[victim].restart()
        self.count[f"{victim}_killed"] += 1

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as failure:  # noqa: BLE001  told to the thread that runs the drill
                self.failures.append(failure)
            finally:
                connection.close()

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread

    def _steps(self, lives: list[Life], steps: list[str], longest_pause: float) -> None:
        dice = random.Random(self.dice.random())
        while not self.over.wait(dice.uniform(0.01, longest_pause)):
            life, step = dice.choice(lives), dice.choice(steps)
            close_old_connections()
            try:
                life.happen(step)
                self.count["steps"] += 1
            except LOST_DATABASE:
                self.count["user_saw_an_error"] += 1
            except Transaction.DoesNotExist:
                self.count["row_was_gone"] += 1

    def _rest(self, lives: list[Life]) -> float:
        """The trouble ends, and what the bank told is heard and done by itself; the seconds it took."""
        self.bank.clear_faults()
        began = time.monotonic()
        _until(self._all_heard, REST_SECONDS)
        self._hour_passes(lives)
        if not _until(lambda: not self._left(lives), REST_SECONDS):
            raise AssertionError(f"no rest: {[self._state(life) for life in lives]}")
        return time.monotonic() - began

    def _all_heard(self) -> bool:
        return not any(hook["state"] in ("waiting", "sending") for hook in self.bank.webhooks())

    def _hour_passes(self, lives: list[Life]) -> None:
        """For whatever waits to be tried again, or to be given up."""
        with entered(lives[0].book):
            Connection.objects.exclude(failures=0).update(next_sync_at=timezone.now())
            running = Sync.objects.filter(status=Sync.Status.RUNNING)
            running.update(started_at=F("started_at") - timedelta(hours=1))

    def _left(self, lives: list[Life]) -> bool:
        return bool(connections.unfinished(now=timezone.now())) or self._runs(lives, *OPEN)

    def _runs(self, lives: list[Life], *states: str, since: datetime | None = None) -> bool:
        with entered(lives[0].book):
            found = Sync.objects.filter(status__in=states)
            return (found.filter(started_at__gt=since) if since else found).exists()

    def _verify(self, lives: list[Life]) -> None:
        with entered(lives[0].book):
            for life in lives:
                life.verify()

    def _count(self, lives: list[Life]) -> None:
        with entered(lives[0].book):
            self.count["rows"] = sum(life.stored().count() for life in lives)
            self.count["edited_rows"] = sum(len(life.edits) for life in lives)
            runs = Sync.objects.exclude(finished_at=None).exclude(error_code="STOPPED")
            took = sorted((run.finished_at - run.started_at).total_seconds() for run in runs)
            self.count["median_ms"] = int(1000 * took[len(took) // 2])
            self.count["syncs"] = Sync.objects.count()
            self.count["syncs_stopped"] = Sync.objects.filter(error_code="STOPPED").count()
            self.count["syncs_failed"] = Sync.objects.filter(status="failed").exclude(error_code="STOPPED").count()
        self.count["webhooks"] = len(self.bank.webhooks())

    def _state(self, life: Life) -> dict[str, object]:
        with entered(life.book):
            fields = ("status", "asked", "done", "failures", "complete", "next_sync_at")
            runs = list(life.connection.syncs.order_by("-id").values_list("status", "error_code", "started_at")[:3])
            return {**Connection.objects.values(*fields).get(pk=life.connection.pk), "runs": runs}


def _somebody_stores() -> bool:
    """Whether a worker is merging rows just now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle' AND query LIKE '%incoming%'"
        )
        return bool(cursor.fetchone()[0])


def _until(there: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time; a database that is away is not there yet."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        close_old_connections()
        with suppress(*LOST_DATABASE):
            if there():
                return True
        time.sleep(0.01)
    return False
