"""When a login is read: each so many hours, every night, and not oftener."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import tasks
from banking.actions import connections as asking
from banking.actions.connections import Asked
from banking.actions.sync import sync
from banking.models import Connection, Sync
from banking.providers import registry
from banking.tests.bank import now_of, run


def test_the_hourly_tick_reads_what_is_due_and_nothing_else(connection, run_tasks, cast):
    run(connection)
    with entered(cast.book):
        asking.set_frequency(connection=now_of(connection), hours=6, now=timezone.now())
    tasks.sync_due()
    assert run_tasks() == []
    with entered(cast.book):
        Connection.objects.update(next_sync_at=timezone.now() - timedelta(seconds=1))
    tasks.sync_due()
    assert run_tasks() == ["banking.sync_connection"]
    assert now_of(connection).next_sync_at - timezone.now() > timedelta(hours=5)


@pytest.mark.parametrize("hours", [1, 6, 24])
def test_each_tick_in_so_many_hours_reads_and_none_between(connection, cast, hours):
    """The tick comes at :07 sharp; the run that it starts begins and ends a little later."""
    run(connection)
    tick = timezone.now().replace(minute=7, second=0) + timedelta(hours=1)
    with entered(cast.book):
        Connection.objects.update(sync_frequency_hours=hours, next_sync_at=tick)
    for turn in range(3):
        at = tick + timedelta(hours=turn * hours)
        assert asking.due(now=at) == [Asked(connection.book_id, connection.pk)]
        began = at + timedelta(seconds=40)
        sync(book=cast.book, connection_id=connection.pk, feed=registry.vendor("plaid").feed, clock=lambda: began)  # noqa: B023  called at once
        assert all(asking.due(now=at + timedelta(hours=hour)) == [] for hour in range(1, hours))


def test_once_a_week_is_not_read_every_night(connection, run_tasks, cast):
    run(connection)
    with entered(cast.book):
        asking.set_frequency(connection=now_of(connection), hours=168, now=timezone.now())
        Sync.objects.update(started_at=timezone.now() - timedelta(hours=2))
    tasks.sync_all()
    assert run_tasks() == []
    with entered(cast.book):
        Connection.objects.update(next_sync_at=timezone.now() - timedelta(seconds=1))
    tasks.sync_all()
    assert run_tasks() == ["banking.sync_connection"]


def test_the_nightly_sweep_reads_all_that_can_be_read(connection, run_tasks, cast):
    run(connection)
    with entered(cast.book):
        Sync.objects.update(started_at=timezone.now() - timedelta(hours=2))
    tasks.sync_all()
    assert run_tasks() == ["banking.sync_connection"]
    with entered(cast.book):
        Connection.objects.update(status=Connection.Status.REAUTH)
    tasks.sync_all()
    assert run_tasks() == []
