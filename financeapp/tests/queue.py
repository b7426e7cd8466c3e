"""Running, in the thread of a test, what the code under test left for the workers."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from financeapp.celery import app

AFTERWARDS = {
    "banking.find_matches",
    "budgeting.find_recurring",
    *(f"notifications.{name}" for name in ("look", "tell_of_sign_in", "deliver")),
}


def run_tasks(*, most: int = 500) -> list[str]:
    """Commit what the test did so far, then run every waiting task, and what those leave, until nothing is due.

    Tasks travel through the broker as JSON, as they do in production; one that fails raises here. Returns their names
    in order, besides the searches that follow everything new. Those for later (countdown) are left out.
    """
    ran: list[str] = []
    with app.connection_for_read() as link:
        queue = app.amqp.queues[settings.CELERY_TASK_DEFAULT_QUEUE](link.default_channel)
        queue.declare()
        while len(ran) < most:
            run_callbacks()
            message = queue.get(no_ack=True)
            if message is None:
                return ran
            if not _is_later(message.headers.get("eta")):
                arguments, named, _embedded = message.payload
                name = message.headers["task"]
                app.tasks[name].apply(arguments, named, task_id=message.headers["id"], throw=True)
                ran += [] if name in AFTERWARDS else [name]
    raise AssertionError(f"{most} tasks ran and there are still more: {ran[-5:]}")


def run_callbacks() -> None:
    """Run what waits for the commit of a transaction that the test itself will never commit."""
    while connection.run_on_commit:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, callback, _robust in waiting:
            callback()


def empty_queue() -> None:
    with app.connection_for_write() as link:
        queue = app.amqp.queues[settings.CELERY_TASK_DEFAULT_QUEUE](link.default_channel)
        queue.declare()
        queue.purge()


def _is_later(eta: str | None) -> bool:
    return eta is not None and datetime.fromisoformat(eta) > timezone.now()
