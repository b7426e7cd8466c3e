"""Every half minute what is due is found again; what waits for longer in the queue is dropped, so that none grows."""

from datetime import timedelta

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from financeapp.celery import app
from financeapp.tests.queue import empty_queue
from notifications import tasks
from notifications.tests.factories import make_event, tell_of

pytestmark = pytest.mark.django_db


def test_the_tasks_of_a_sweep_end_by_themselves(cast, settings):
    with entered(cast.book):
        tell_of(cast.book, make_event(), now=NOW - timedelta(days=1))
    empty_queue()
    tasks.sweep()
    with app.connection_for_read() as link:
        queue = app.amqp.queues[settings.CELERY_TASK_DEFAULT_QUEUE](link.default_channel)
        message = queue.get(no_ack=True)
    assert message.headers["task"] == "notifications.deliver"
    assert message.headers["expires"]
    empty_queue()


def test_a_sweep_that_waits_is_overtaken_by_the_next():
    assert app.conf.beat_schedule["send-due"]["options"] == {"expires": 30}
