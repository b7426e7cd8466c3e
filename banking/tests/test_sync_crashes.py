"""Whatever dies, and whenever: nothing is lost, doubled or stuck, and no edit is forgotten."""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounts.books import entered
from accounts.tests.factories import make_cast
from banking import tasks
from banking.actions import connections as asking
from banking.actions.connections import Asked
from banking.actions.locking import alone
from banking.actions.sync import sync
from banking.models import Connection, Sync
from banking.providers import registry
from banking.providers.base import Notice
from banking.tests import services
from banking.tests.at_the_bank import CUSTOM
from banking.tests.bank import linked, quick, read
from banking.tests.dying import dies_at, load_the_model, on_postgres, points_of
from banking.tests.lives import Life
from banking.tests.naive import save_the_cursor_first
from financeapp.celery import app
from financeapp.tests.serving import served
from sandboxbank.control import Control

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("DRILL_KILLS", "0"))
SERVER_KILLS = int(os.environ.get("DRILL_SERVER_KILLS", "40"))
SEED = int(os.environ.get("DRILL_SEED", "1"))
PAGES, ROWS_ON_A_PAGE = 140, 5
PAGE_FAULTS = [("error", "INTERNAL_SERVER_ERROR"), ("error", "RATE_LIMIT"), ("reset", None), ("truncate", None)]

asked_for = pytest.mark.skipif(not KILLS, reason="takes many minutes and the whole machine: DRILL_KILLS=200 runs it")
startable = pytest.mark.skipif(bool(services.why_not()), reason=services.why_not() or "everything is there")


def drill(*options, ends_with=0):
    """Run the drill in a process of its own, which gives way to others; its report, or why it ended with an error."""
    tables = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database.settings_dict)
    command = ["nice", sys.executable, "-m", "banking.tests.drill", "--seed", str(SEED), *options]
    surroundings = {**os.environ, "DATABASE_URL": tables, "REDIS_URL": "", "CELERY_BROKER_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == ends_with, f"{done.stdout[-2_000:]}\n{done.stderr[-6_000:]}"
    if ends_with:
        return done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    print(report)
    return report


@on_postgres
@startable
@pytest.mark.slow
def test_killed_workers_and_servers_lose_nothing(transactional_db):
    report = drill("--kills", "10", "--victims", "worker,postgres,worker,redis,worker")
    assert (report["worker_killed"], report["postgres_killed"], report["redis_killed"]) == (6, 2, 2)
    assert report["syncs_stopped"] > 0, f"no run was hit: {report}"
    assert report["edited_rows"] > 0


@asked_for
@on_postgres
@startable
@pytest.mark.slow
@pytest.mark.parametrize(("victim", "kills"), [("worker", KILLS), ("postgres", SERVER_KILLS), ("redis", SERVER_KILLS)])
def test_many_kills_lose_nothing(transactional_db, victim, kills):
    report = drill("--kills", str(kills), "--victims", victim)
    assert report[f"{victim}_killed"] == kills
    assert report["seconds_to_rest"] < 60


@asked_for
@on_postgres
@startable
@pytest.mark.slow
def test_the_drill_notices_a_cursor_that_is_saved_before_its_rows(transactional_db):
    assert "AssertionError" in drill("--kills", "20", "--naive", ends_with=1)


@pytest.fixture
def life(transactional_db, sandbox_bank):
    """A login in a book of its own, not read yet, on small pages."""
    cast = make_cast()
    load_the_model()
    quick()
    connection = linked(cast.book, cast.alice.user, "user_custom", password=CUSTOM)
    return Life(Control(sandbox_bank.url), connection, random.Random(SEED), book=cast.book)


def test_a_run_passes_the_same_points_each_time(life):
    """Else a point that is counted in one run would be another one in the next."""

    def whole() -> None:
        with entered(life.book):
            Connection.objects.update(cursor="")
        read(life.connection)

    for _ in range(2):
        whole()
    counts = [points_of(whole) for _ in range(4)]
    assert len(set(counts)) == 1
    assert counts[0] > 30


@on_postgres
@pytest.mark.slow
def test_every_point_of_a_first_run_may_be_its_last(life):
    """What it stores is there as a whole or not at all."""
    whole = len(life.control.ledger(life.connection.external_id)["transactions"])
    found = []
    for point in itertools.count():
        if not dies_at(point, partial(read, life.connection)):
            break
        with entered(life.book):
            found.append(life.stored().count())
    assert set(found) == {0, whole}
    rested(life)


@on_postgres
@pytest.mark.slow
def test_every_point_of_a_later_run_may_be_its_last(life):
    assert survive_every_point(life) > 30


@on_postgres
@pytest.mark.slow
def test_the_crash_points_notice_a_cursor_that_is_saved_before_its_rows(life, monkeypatch):
    save_the_cursor_first(monkeypatch)
    with pytest.raises(AssertionError):
        survive_every_point(life, first=20)


def survive_every_point(life, first=0):
    """How many points there are."""
    rested(life)
    for point in itertools.count(first):
        for step in ("purchase", "pending", "edit", "posting", "correction", "removal", "discard"):
            life.happen(step)
        died = dies_at(point, partial(read, life.connection))
        rested(life)
        if not died:
            return point
    raise AssertionError("unreachable")


def rested(life):
    """The next run puts everything right."""
    read(life.connection)
    with entered(life.book):
        life.verify()
        assert not Sync.objects.filter(status=Sync.Status.RUNNING).exists()


@pytest.mark.slow
def test_a_long_history_is_read_in_one_go_although_pages_fail(cast, sandbox_bank):
    """A failed page is asked for again by itself: the whole loop would hardly ever end."""
    quick()
    registry.configure(replace(registry.vendor("plaid").feed.settings, page_size=ROWS_ON_A_PAGE, tries=6))
    connection = linked(cast.book, cast.alice.user, f"user_bulk_{PAGES * ROWS_ON_A_PAGE}")
    control = Control(sandbox_bank.url)
    for kind, code in PAGE_FAULTS:
        control.fault(kind, endpoint="/transactions/sync", probability=0.0125, code=code)
    run = read(connection)
    control.clear_faults()
    assert (run.status, run.added) == (Sync.Status.SUCCESS, PAGES * ROWS_ON_A_PAGE)
    assert run.duration_ms < 60_000


def test_what_is_rolled_back_is_not_enqueued(connection, run_tasks):
    with suppress(ZeroDivisionError), entered(connection.book), transaction.atomic():
        asking.ask(connection=connection, kind="manual", now=timezone.now())
        tasks.enqueue([Asked(connection.book_id, connection.pk)])
        raise ZeroDivisionError
    assert run_tasks() == []


def test_of_many_messages_for_the_same_one_is_read(connection, run_tasks):
    tasks.enqueue([Asked(connection.book_id, connection.pk)] * 3)
    run_tasks()
    with entered(connection.book):
        assert connection.syncs.count() == 1


class Talkative:
    """A bank that says that there is more, just when it has told everything."""

    def __init__(self, feed, item):
        self.feed, self.item = feed, item

    def accounts(self, **asked):
        return self.feed.accounts(**asked)

    def changes(self, **asked):
        told = self.feed.changes(**asked)
        asking.hear(notice=Notice(connection_id=self.item, topic="sync"), provider="plaid", now=timezone.now())
        return told


def test_what_is_asked_for_during_a_run_stays_open_after_it(connection):
    with entered(connection.book):
        read(connection)
        feed = Talkative(registry.vendor("plaid").feed, connection.external_id)
        sync(book=connection.book, connection_id=connection.pk, feed=feed, clock=timezone.now)
    assert asking.unfinished(now=timezone.now()) == [Asked(connection.book_id, connection.pk)]


@pytest.mark.parametrize("readable", [True, False])
def test_a_run_that_died_is_closed_even_if_nothing_is_asked_for(connection, run_tasks, readable):
    with entered(connection.book):
        read(connection)
        dead = connection.syncs.get()
        started = timezone.now() - timedelta(minutes=5)
        connection.syncs.update(status=Sync.Status.RUNNING, started_at=started, finished_at=None)
        if not readable:
            Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.REAUTH)
    tasks.sweep()
    run_tasks()
    with entered(connection.book):
        dead.refresh_from_db()
    assert (dead.status, dead.error_code) == (Sync.Status.FAILED, "STOPPED")


def test_a_run_under_way_is_not_closed(connection):
    with entered(connection.book):
        started = timezone.now() - timedelta(minutes=5)
        connection.syncs.update(status=Sync.Status.RUNNING, started_at=started)
    with alone(connection.pk):
        tasks.sweep()
    with entered(connection.book):
        assert connection.syncs.get().status == Sync.Status.RUNNING


def test_a_webhook_is_heard_without_a_broker_and_the_sweeper_finds_it(transactional_db, sandbox_bank, no_broker):
    alice, bank = make_cast().alice, Control(sandbox_bank.url)
    with served() as address:
        connection = linked(alice.book, alice.user, webhook=f"{address}/api/webhook/plaid")
        read(connection)
        assert asking.unfinished(now=timezone.now()) == []
        bank.send_webhook(connection.external_id, "TRANSACTIONS", "SYNC_UPDATES_AVAILABLE")
        while (hook := bank.webhooks(connection.external_id)[-1])["state"] == "sending" or not hook["attempts"]:
            time.sleep(0.02)
    assert (hook["state"], hook["answer"]) == ("delivered", "200")
    assert asking.unfinished(now=timezone.now()) == [Asked(alice.book.pk, connection.pk)]


@pytest.fixture
def connection(cast, sandbox_bank):
    return linked(cast.book, cast.alice.user)


@pytest.fixture
def no_broker(monkeypatch):
    """Nobody listens where tasks are to be sent."""
    monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{services.free_port()}/0")
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
