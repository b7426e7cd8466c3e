"""What a worker did can be found by the id of the request that asked for it."""

import json
import os
import subprocess
import sys
import threading

import pytest
from celery import shared_task
from django.conf import settings
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars

from financeapp.logs import request_id
from financeapp.worker import working

pytestmark = pytest.mark.django_db(transaction=True)
seen, done = [], threading.Event()


@shared_task(name="test.look")
def look(*, further):
    seen.append(dict(get_contextvars()))
    if further:
        look.delay(further=further - 1)
    else:
        done.set()


@pytest.fixture(autouse=True)
def _nothing_seen():
    seen.clear()
    done.clear()
    clear_contextvars()
    yield
    clear_contextvars()


def test_a_run_and_what_it_asks_for_carry_the_id_of_the_request():
    with working(clock=False):
        with bound_contextvars(request_id="mobile-12345678"):
            look.delay(further=1)
        assert done.wait(10)
    assert [each["request_id"] for each in seen] == ["mobile-12345678"] * 2
    assert {each["task"] for each in seen} == {"test.look"}
    assert len({each["task_id"] for each in seen}) == 2


def test_a_run_of_the_timetable_has_an_id_of_its_own():
    with working(clock=False):
        for _ in range(2):
            done.clear()
            look.delay(further=0)
            assert done.wait(10)
    assert len({each["request_id"] for each in seen}) == 2
    assert all(len(each["request_id"]) == 24 for each in seen)


WORKING = """
import threading
from celery import shared_task, signals
from structlog import get_logger
from financeapp.celery import app

@shared_task(name="test.tell")
def tell():
    get_logger("banking").info("sync_finished", sync_id=7)
    app.control.shutdown()

signals.worker_ready.connect(lambda **_: tell.delay(), weak=False)
app.worker_main(["--quiet", "worker", "--pool=threads", "--concurrency=1", "--without-gossip", "--without-mingle"])
"""


def test_a_worker_of_its_own_writes_its_lines():
    nothing_outside = {**os.environ, "REDIS_URL": "", "CELERY_BROKER_URL": "memory://localhost/", "LOG_LEVEL": "INFO"}
    worker = subprocess.run(
        [sys.executable, "-c", WORKING],
        cwd=settings.BASE_DIR,
        env=nothing_outside,
        capture_output=True,
        text=True,
        timeout=60,
    )
    (line,) = [line for line in worker.stderr.splitlines() if "sync_finished" in line]
    told = json.loads(line)
    assert (told["task"], told["sync_id"], len(told["request_id"])) == ("test.tell", 7, 24)


def test_the_request_keeps_its_own_id():
    bind_contextvars(request_id="mobile-12345678")
    look.apply(kwargs={"further": 0})
    assert request_id() == "mobile-12345678"
    assert "task" not in get_contextvars()
