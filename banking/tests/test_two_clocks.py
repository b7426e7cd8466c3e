"""Two clocks, or one that ticks again: each connection is still read once in the period."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import tasks
from banking.models import Connection, Sync
from banking.tests.bank import linked, read

TICKS = {"hourly": tasks.sync_due, "nightly": tasks.sync_all}


@pytest.fixture
def book(cast, sandbox_bank):
    """With two connections that were read two days ago."""
    earlier = timezone.now() - timedelta(days=2)
    for user_name in ("user_good", "user_transactions_dynamic"):
        read(linked(cast.book, cast.alice.user, user_name))
    with entered(cast.book):
        Sync.objects.update(started_at=earlier)
        Connection.objects.update(next_sync_at=earlier, synced_at=earlier)
    return cast.book


def runs(book):
    with entered(book):
        return Sync.objects.filter(started_at__gt=timezone.now() - timedelta(days=1)).count()


@pytest.mark.parametrize("tick", TICKS.values(), ids=TICKS)
def test_both_tick_before_anything_is_read(book, run_tasks, tick):
    tick()
    tick()
    assert run_tasks() == ["banking.sync_connection"] * 2
    assert runs(book) == 2


@pytest.mark.parametrize("tick", TICKS.values(), ids=TICKS)
def test_the_other_ticks_when_all_is_read(book, run_tasks, tick):
    tick()
    run_tasks()
    tick()
    assert run_tasks() == []
    assert runs(book) == 2


@pytest.mark.parametrize("tick", TICKS.values(), ids=TICKS)
def test_the_other_ticks_while_it_is_read(book, run_tasks, tick, monkeypatch):
    sync = tasks.sync

    def ticking(*, clock, **given):
        looks = iter([clock])

        def late():
            """Begins, and the second time, when the bank has answered, finds that the other clock has ticked."""
            if next(looks, None) is None:
                tick()
            return clock()

        return sync(clock=late, **given)

    monkeypatch.setattr(tasks, "sync", ticking)
    tick()
    run_tasks()
    assert runs(book) == 2


def test_what_a_lost_broker_lost_is_asked_for_by_the_sweep(book, run_tasks):
    with entered(book):
        Connection.objects.update(asked=Connection.objects.first().asked + 5)
    tasks.sync_due()
    tasks.sync_all()
    assert run_tasks() == []
    tasks.sweep()
    assert run_tasks() == ["banking.sync_connection"] * 2
