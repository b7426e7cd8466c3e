"""A Celery worker and its clock inside this process, for a machine without a broker."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import beat
from celery.worker import WorkController, state

from financeapp.celery import app

STOP_SECONDS = 10
POLL_SECONDS = 0.2
RESTART_SECONDS = 1
log = structlog.get_logger(__name__)


@contextmanager
def working(*, clock: bool = True, threads: int = 2) -> Iterator[None]:
    """Run tasks in threads of this process within the block; with `clock` also the timetable.

    Queued tasks of a memory broker end with the process; whatever matters is asked for again by the sweep.
    """
    worker = _Worker(threads)
    ticking = _Clock() if clock else None
    worker.start()
    if ticking:
        ticking.start()
        app.send_task("financeapp.beat")
    try:
        yield
    finally:
        if ticking:
            ticking.service.stop()
        worker.finish()


class _Worker(threading.Thread):
    def __init__(self, threads: int) -> None:
        super().__init__(name="celery worker", daemon=True)
        self.ready = threading.Event()
        self.ending = threading.Event()
        self.threads = threads

    def start(self) -> None:
        state.should_stop = state.should_terminate = None
        super().start()
        self.ready.wait(STOP_SECONDS)

    def run(self) -> None:
        """Work until the end. Celery gives up for good when a broker dies under it in a bad moment: begin again."""
        while not self.ending.is_set():
            self._work()
            if not self.ending.wait(RESTART_SECONDS):
                log.warning("worker_begins_again")
                state.should_stop = state.should_terminate = None

    def _work(self) -> None:
        WorkController(
            app=app,
            pool="threads",
            concurrency=self.threads,
            hostname=f"in-process-{os.getpid()}@localhost",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
            ready_callback=self._is_ready,
        ).start()

    def _is_ready(self, consumer: Any) -> None:
        """Look up from waiting more often than Celery does, so that an end is noticed soon."""
        drain = consumer.connection.drain_events
        consumer.connection.drain_events = lambda timeout=POLL_SECONDS: drain(timeout=min(timeout, POLL_SECONDS))
        self.ready.set()

    def finish(self) -> None:
        """Let running tasks end and the thread with them."""
        self.ending.set()
        state.should_stop = 0  # type: ignore[assignment]  # the stub knows only its first value
        self.join(STOP_SECONDS)
        state.should_stop = None


class _Clock(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="celery beat", daemon=True)
        self.service = beat.Service(app, max_interval=1, scheduler_cls=beat.Scheduler)

    def run(self) -> None:
        time.sleep(0.1)
        self.service.start()
