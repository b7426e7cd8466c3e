"""What a run does when the bank, the login or the user changes under it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from accounts.books import entered
from banking import tasks, totals
from banking.actions import connections as asking
from banking.actions.connections import Asked
from banking.actions.errors import Overtaken, SignInNeeded
from banking.actions.sync import sync
from banking.models import Connection, Sync
from banking.providers import registry
from banking.providers.base import BankError, Notice
from banking.tests.bank import now_of, rows, run, unlink
from financeapp.tests.queue import empty_queue, run_callbacks


class Meanwhile:
    """A bank during whose answer something else happens."""

    def __init__(self, event):
        self.feed, self.event = registry.vendor("plaid").feed, event

    def accounts(self, **asked):
        told = self.feed.accounts(**asked)
        self.event()
        return told

    def changes(self, **asked):
        return self.feed.changes(**asked)


class Failing:
    def __init__(self, error, event=lambda: None):
        self.error, self.event = error, event

    def accounts(self, **_):
        self.event()
        raise self.error


def run_with(connection, feed):
    """Outside the book, which would roll back what happened when the run is overtaken."""
    return sync(book=connection.book, connection_id=connection.pk, feed=feed, clock=timezone.now)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("read_before", [True, False])
def test_unlinked_during_a_run_stays_unlinked(connection, cast, keep, read_before):
    if read_before:
        run(connection)
    before = rows(connection) if keep else []

    with pytest.raises(Overtaken):
        run_with(connection, Meanwhile(lambda: unlink(now_of(connection), cast.alice.user, keep=keep)))
    assert rows(connection) == before
    with entered(cast.book):
        assert not Connection.objects.exclude(status=Connection.Status.UNLINKED).exists()
        assert not Sync.objects.filter(status__in=[Sync.Status.QUEUED, Sync.Status.RUNNING]).exists()


def test_signing_in_again_during_a_run_that_fails_is_not_forgotten(connection):
    def repaired():
        with entered(connection.book):
            asking.ask(connection=connection, kind="manual", now=timezone.now())

    run_with(connection, Failing(BankError("reauth", "Sign in.", code="ITEM_LOGIN_REQUIRED"), repaired))
    assert now_of(connection).is_readable
    assert asking.unfinished(now=timezone.now()) == [Asked(connection.book_id, connection.pk)]


@pytest.mark.parametrize(
    ("kind", "status", "soonest", "latest"),
    [
        ("retry", Connection.Status.ERROR, timedelta(seconds=44), timedelta(seconds=76)),
        ("config", Connection.Status.ERROR, timedelta(hours=23, minutes=49), timedelta(hours=24)),
        ("unsupported", Connection.Status.ERROR, timedelta(hours=23, minutes=49), timedelta(hours=24)),
        ("reauth", Connection.Status.REAUTH, None, None),
        ("gone", Connection.Status.REAUTH, None, None),
    ],
)
def test_each_kind_of_failure_has_its_way_on(connection, kind, status, soonest, latest):
    now = timezone.now()
    failed = run_with(connection, Failing(BankError(kind, "It says why.", code="CODE", request_id="abc")))
    found = now_of(connection)
    assert (failed.status, failed.error, failed.error_code, failed.request_id) == (
        Sync.Status.FAILED,
        "It says why.",
        "CODE",
        "abc",
    )
    assert (found.status, found.problem, found.done) == (status, "It says why.", found.asked)
    if soonest is not None:
        assert soonest <= found.next_sync_at - now <= latest + timedelta(seconds=20)
        assert asking.due(now=now + latest + timedelta(minutes=1)) == [Asked(found.book_id, found.pk)]
    else:
        assert asking.due(now=now + timedelta(days=30)) == []


@pytest.mark.parametrize("failing", [True, False])
@pytest.mark.parametrize("topic", ["reauth", "revoked"])
def test_what_the_bank_says_during_a_run_is_not_forgotten_at_its_end(connection, topic, failing):
    def told():
        notice = Notice(connection_id=connection.external_id, topic=topic)
        asking.hear(notice=notice, provider="plaid", now=timezone.now())

    down = BankError("retry", "Down.")
    done = run_with(connection, Failing(down, told) if failing else Meanwhile(told))
    found = now_of(connection)
    assert done.status == (Sync.Status.FAILED if failing else Sync.Status.SUCCESS)
    assert (found.status, found.done) == (Connection.Status.REAUTH, found.asked)
    assert "ign in again" in found.problem


class Unready:
    """A bank whose history never gets complete."""

    def accounts(self, **asked):
        return registry.vendor("plaid").feed.accounts(**asked)

    def changes(self, **asked):
        return replace(registry.vendor("plaid").feed.changes(**asked), complete=False)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(seconds=5), timedelta(seconds=15)),
        (timedelta(minutes=10), timedelta(minutes=1)),
        (timedelta(hours=5), timedelta(minutes=30)),
        (timedelta(days=30), timedelta(hours=6)),
    ],
)
def test_a_history_that_does_not_get_complete_is_asked_for_ever_more_rarely(connection, age, wait):
    at = connection.linked_at + age
    sync(book=connection.book, connection_id=connection.pk, feed=Unready(), clock=lambda: at)
    assert now_of(connection).next_sync_at - at == wait
    assert asking.unfinished(now=at + wait - timedelta(seconds=1)) == []
    assert asking.unfinished(now=at + wait) == [Asked(connection.book_id, connection.pk)]


def test_the_sweeper_enqueues_what_is_unfinished_unless_as_much_waits_already(connection):
    now, asked = timezone.now(), [Asked(connection.book_id, connection.pk)]
    assert asking.swept(now=now, waiting=0) == asked
    assert asking.swept(now=now, waiting=1) == []


def test_sweeping_often_does_not_fill_the_queue_and_brings_back_what_it_lost(connection, run_tasks):
    for _ in range(2):
        run_callbacks()
        empty_queue()
        for _ in range(5):
            tasks.sweep()
            run_callbacks()
    assert run_tasks() == ["banking.sync_connection"]


STUMBLES = [ValueError("no such thing"), KeyError("account"), DataError("NUL"), RuntimeError("anything")]


@pytest.mark.parametrize("stumble", STUMBLES)
def test_a_failure_of_our_own_is_stored_and_waits_like_any_other(connection, stumble):
    now = timezone.now()
    with pytest.raises(type(stumble)):
        run_with(connection, Failing(stumble))
    found = now_of(connection)
    assert (found.status, found.failures, found.done) == (Connection.Status.ERROR, 1, found.asked)
    assert timedelta(seconds=44) <= found.next_sync_at - now <= timedelta(seconds=96)
    assert asking.unfinished(now=timezone.now()) == []
    with entered(connection.book):
        stored = connection.syncs.get()
    assert (stored.status, stored.error_code) == (Sync.Status.FAILED, "UNEXPECTED")
    assert stored.error == found.problem
    assert "on our side" in stored.error


def test_a_failure_while_storing_is_stored_and_changes_nothing(connection, monkeypatch):
    def broken_refresh(**_):
        raise ArithmeticError

    monkeypatch.setattr(totals, "refresh", broken_refresh)
    with pytest.raises(ArithmeticError):
        run_with(connection, registry.vendor("plaid").feed)
    found = now_of(connection)
    assert (found.status, found.failures, found.cursor, found.done) == (Connection.Status.ERROR, 1, "", found.asked)
    assert rows(connection) == []


def test_a_database_that_went_away_is_no_failure_of_the_bank(connection):
    with pytest.raises(OperationalError):
        run_with(connection, Failing(OperationalError("the server closed the connection")))
    assert now_of(connection).failures == 0
    assert asking.unfinished(now=timezone.now()) == [Asked(connection.book_id, connection.pk)]


def test_a_bank_whose_keys_were_taken_away_says_so_and_is_not_asked_again_and_again(connection, run_tasks):
    registry.configure(replace(registry.vendor("plaid").feed.settings, client_id=""))
    tasks.enqueue([Asked(connection.book_id, connection.pk)])
    assert run_tasks() == ["banking.sync_connection"]
    found = now_of(connection)
    assert (found.status, found.failures, found.done) == (Connection.Status.ERROR, 1, found.asked)
    assert found.problem == "This bank connection is not set up on this server."
    tasks.sweep()
    assert run_tasks() == []


def test_each_failure_waits_longer_up_to_six_hours(connection):
    waits = []
    for _ in range(12):
        now = timezone.now()
        run_with(connection, Failing(BankError("retry", "Down.")))
        waits.append(now_of(connection).next_sync_at - now)
    assert waits[0] < waits[3] < waits[6]
    assert timedelta(hours=4) < waits[-1] <= timedelta(hours=7, minutes=31)


def test_success_after_failures_begins_anew(connection):
    run_with(connection, Failing(BankError("retry", "Down.")))
    run(connection)
    found = now_of(connection)
    assert (found.failures, found.problem, found.status) == (0, "", Connection.Status.ACTIVE)


def test_a_login_that_waits_for_its_user_is_not_asked_for(connection, cast):
    with entered(cast.book):
        Connection.objects.update(status=Connection.Status.REAUTH)
        with pytest.raises(SignInNeeded):
            asking.ask(connection=now_of(connection), kind="manual", now=timezone.now())


def test_a_run_that_waits_for_a_login_that_broke_is_ended(connection, cast):
    with entered(cast.book):
        Connection.objects.update(status=Connection.Status.REAUTH)
    tasks.sweep()
    with entered(cast.book):
        waiting = connection.syncs.get()
    assert (waiting.status, waiting.error_code) == (Sync.Status.FAILED, "SIGN_IN_NEEDED")
