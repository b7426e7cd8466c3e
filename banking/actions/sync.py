"""Reading a connection: everything is collected outside the database, then stored in one transaction.

A crash before the commit leaves nothing behind, and running it twice changes nothing.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Greatest

from accounts.books import entered
from accounts.models import Book
from banking import categoriser, merge, totals
from banking.actions import filing, following, unread
from banking.actions.balances import renamed, store_accounts
from banking.actions.comparing import Difference, difference
from banking.actions.connections import SLACK, next_reading, stop
from banking.actions.errors import Overtaken
from banking.actions.locking import alone
from banking.actions.openings import first_days, store_openings
from banking.actions.refunding import refile_refunds, refund_accounts
from banking.actions.rule_runs import run_on_new
from banking.actions.rules import refresh_totals
from banking.models import Account, Connection, Sync, Transaction
from banking.providers.base import AccountFacts, BankError, BankFeed, Changes
from banking.queries.evidence import evidence
from journal import actions as journal

Clock = Callable[[], datetime]
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
MOST_NAMED = 5_000
NOT_READY_RETRY = timedelta(seconds=15)
STUMBLED = "Reading your bank went wrong on our side; we try again by ourselves."


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bank told, compared and filed, ready to be stored."""

    changes: Changes
    accounts: tuple[AccountFacts, ...]
    difference: Difference
    decisions: dict[str, categoriser.Decision]
    uncategorised: int
    strangers: frozenset[str]


def sync(*, book: Book, connection_id: int, feed: BankFeed, clock: Clock) -> Sync:
    """Read the connection once and store what changed; the finished `Sync` says what happened.

    Raise Busy, Overtaken, or Connection.DoesNotExist. A bank's failure is no exception: it is stored in the `Sync` and
    in the connection's status. So is one of our own, which is raised all the same. A database that went away stores
    nothing: the sweeper asks again.
    """
    with alone(connection_id):
        with entered(book), transaction.atomic():
            connection, run = _begin(book, connection_id, clock())
        try:
            reading = _read(book, connection, feed, run.started_at or clock())
            with entered(book), transaction.atomic():
                return _store(book, connection, run, reading, clock())
        except BankError as error:
            return _failed(book, connection, run, error, clock())
        except (Overtaken, OperationalError, InterfaceError):
            raise
        except Exception:
            _failed(book, connection, run, BankError("retry", STUMBLED, code="UNEXPECTED"), clock())
            raise


def give_up(*, book: Book, connection_id: int, error: BankError, clock: Clock) -> Sync:
    """Store a run that failed before the bank could be asked; raise Busy, Overtaken, or Connection.DoesNotExist."""
    with alone(connection_id):
        with entered(book), transaction.atomic():
            connection, run = _begin(book, connection_id, clock())
        return _failed(book, connection, run, error, clock())


def _begin(book: Book, connection_id: int, now: datetime) -> tuple[Connection, Sync]:
    """Open the run: the one that was asked for, if any. A run still open can only be one that died."""
    connection = Connection.objects.select_for_update().get(book=book, pk=connection_id)
    if not connection.is_readable or connection.secret is None:
        raise Overtaken("This connection is not to be read.")
    open_runs = Sync.objects.filter(connection=connection)
    stop(runs=open_runs.filter(status=Sync.Status.RUNNING), now=now)
    run = open_runs.filter(status=Sync.Status.QUEUED).order_by("id").first()
    if run is None:
        kind = Sync.Kind.INCREMENTAL if connection.cursor else Sync.Kind.FULL
        run = Sync(book=book, connection=connection, kind=kind, created_at=now)
    run.status, run.started_at = Sync.Status.RUNNING, now
    run.save()
    return connection, run


def _read(book: Book, connection: Connection, feed: BankFeed, now: datetime) -> Reading:
    """Everything that needs the network or time: no transaction is open while the bank is asked."""
    secret = connection.secret.reveal()
    with entered(book):
        cursor = "" if unread.are_due(connection=connection, now=now) else connection.cursor
    accounts = feed.accounts(secret=secret)
    changes = feed.changes(secret=secret, cursor=cursor)
    told = {facts.external_id: facts for facts in (*accounts, *changes.accounts)}
    with entered(book):
        names = renamed(connection=connection, told=told.values())
        stored = connection.accounts.values_list("external_id", flat=True)
        changes, strangers = unread.sifted(changes=changes, known=told.keys() | (set(stored) - names.keys()))
        current = {facts.external_id for facts in accounts}
        found = difference(connection=connection, changes=changes, renamed=names, named=current)
        known = evidence(book=book)
    decisions = filing.decide(evidence=known, rows=found.fresh)
    return Reading(
        changes=changes,
        accounts=tuple(told.values()),
        difference=found,
        decisions={row.external_id: d for row, d in zip(found.fresh, decisions, strict=True)},
        uncategorised=known.uncategorised,
        strangers=strangers,
    )


def _store(book: Book, connection: Connection, run: Sync, reading: Reading, now: datetime) -> Sync:
    current = _unchanged(book, connection)
    if current.cursor != connection.cursor:
        raise Overtaken("Another run stored its changes first.")
    own = current.accounts.values_list("pk", flat=True)
    totals.lock(book=book, account_ids=[*own, *refund_accounts(book=book)])
    known = first_days(current)
    accounts = store_accounts(book=book, connection=current, told=reading.accounts, now=now)
    merge.move(moves=[(move.pk, move.external_id, accounts[move.account].pk) for move in reading.difference.moves])
    added, modified = _merge(book, reading, accounts, now)
    leaving = Transaction.objects.filter(book=book, pk__in=reading.difference.gone)
    removed = leaving.filter(removed_at=None).update(removed_at=now, updated_at=now)
    leaving.filter(discarded=True).update(discarded=False)
    if split := following.touched(book=book, connection=current, difference=reading.difference):
        following.follow(book=book, parents=split, now=now)
    _refresh_totals(book, reading, accounts)
    _run_rules(book, reading, accounts, now)
    steady = current.complete and reading.changes.complete
    left = unread.store_unread(connection=current, changes=reading.changes, strangers=reading.strangers, now=now)
    store_openings(book=book, connection=current, known=known, steady=steady, whole=not left, now=now)
    _finish_connection(current, connection, run, reading.changes, now)
    return _finish(run, reading.changes, (added, modified, removed), left, now)


def _merge(book: Book, reading: Reading, accounts: dict[str, Account], now: datetime) -> tuple[int, int]:
    """What a bank tells is a fact; that a row goes to another category for it is a decision, and can be undone."""
    refiled: list[tuple[int, merge.Filing, merge.Filing]] = []
    counts = merge.merge(book=book, rows=_incoming(book, reading, accounts), now=now, refiled=refiled)
    with journal.operation(book=book, by=None, verb="sync_filed", now=now) as recorder:
        for pk, *filings in refiled:
            before, after = (dict(zip(merge.FILED_FIELDS, map(_noted, filing), strict=True)) for filing in filings)
            recorder.noted(Transaction._meta.label, pk, before, after)
        if refiled:
            keys = {pk for pk, _before, _after in refiled}
            refresh_totals(book=book, days=refile_refunds(book=book, purchases=keys, recorder=recorder, now=now))
    return counts


def _noted(value: object) -> str | None:
    return None if value is None else str(value)


def _unchanged(book: Book, connection: Connection) -> Connection:
    """Locked. What was unlinked meanwhile, or linked anew, is not to be touched by a run that began before."""
    current = Connection.objects.select_for_update().filter(book=book, pk=connection.pk).first()
    if current is None or current.secret is None or current.external_id != connection.external_id:
        raise Overtaken("This connection was unlinked meanwhile.")
    return current


def _incoming(book: Book, reading: Reading, accounts: dict[str, Account]) -> list[merge.IncomingRow]:
    rows = reading.difference.fresh
    named = [filing.key_and_name(row.description, row.merchant) for row in rows]
    merchants = filing.merchants(book=book, names={key: name for key, name in named if key})
    ids = {external_id: account.pk for external_id, account in accounts.items()}
    same = {id(decision): decision for decision in reading.decisions.values()}  # rows that are alike share theirs
    filed = {key: filing.filed(decision=each, uncategorised=reading.uncategorised) for key, each in same.items()}
    return [
        filing.incoming(
            row=row,
            filed=filed[id(reading.decisions[row.external_id])],
            account_id=ids[row.account_id],
            merchant_id=merchants.get(key),
        )
        for row, (key, _name) in zip(rows, named, strict=True)
    ]


def _refresh_totals(book: Book, reading: Reading, accounts: dict[str, Account]) -> None:
    for external_id, (first, last) in reading.difference.days.items():
        if external_id in accounts:
            totals.refresh(book=book, account_ids=[accounts[external_id].pk], start=first, end=last)


def _run_rules(book: Book, reading: Reading, accounts: dict[str, Account], now: datetime) -> None:
    """Carry out the rules on what is new or was changed by the bank."""
    fresh = reading.difference.fresh
    whole = Transaction.objects.filter(book=book, removed_at=None, part_of=None, is_split=False)
    rows = whole.filter(account__in=[each.pk for each in accounts.values()])
    if len(fresh) > MOST_NAMED:
        run_on_new(book=book, rows=rows.filter(updated_at=now), now=now)
    elif fresh:
        run_on_new(book=book, rows=rows.filter(external_id__in=[row.external_id for row in fresh]), now=now)


def _finish_connection(current: Connection, begun: Connection, run: Sync, changes: Changes, now: datetime) -> None:
    """`done` catches up with what was asked for when the reading began; what was asked for since stays open.

    So does what the bank said meanwhile: that its user has to sign in.
    """
    due = next_reading(started=run.started_at or now, hours=current.sync_frequency_hours)
    cleared = {} if _was_told(current) else {"status": Connection.Status.ACTIVE, "problem": ""}
    Connection.objects.filter(pk=current.pk).update(
        cursor=changes.cursor,
        complete=current.complete or changes.complete,
        done=Greatest("done", begun.asked),
        failures=0,
        synced_at=now,
        next_sync_at=due if changes.complete else now + _not_ready(current, now),
        **cleared,
    )


def _was_told(current: Connection) -> bool:
    """Whether the bank asked for its user during a run, which does not begin when it asks."""
    return current.status == Connection.Status.REAUTH


def _not_ready(connection: Connection, now: datetime) -> timedelta:
    """Soon after linking, then ever more rarely: a tenth of the time since then."""
    if connection.complete:
        return NOT_READY_RETRY
    return min(max((now - connection.linked_at) / 10, NOT_READY_RETRY), LONGEST_RETRY)


def _finish(run: Sync, changes: Changes, counts: tuple[int, int, int], unread_rows: int, now: datetime) -> Sync:
    run.added, run.modified, run.removed = counts
    run.request_id = changes.request_id[:64]
    run.status = Sync.Status.PARTIAL if unread_rows or not changes.ready else Sync.Status.SUCCESS
    if not changes.ready:
        run.error, run.error_code = "Your bank is still preparing your data; we look again by ourselves.", "NOT_READY"
    elif unread_rows:
        run.error = f"{unread_rows} of the bank's rows could not be read yet; we look at them again by ourselves."
        run.error_code = "UNREADABLE_ROWS"
    run.finished_at = now
    run.save()
    return run


def _failed(book: Book, connection: Connection, run: Sync, error: BankError, now: datetime) -> Sync:
    with entered(book), transaction.atomic():
        return _fail(_unchanged(book, connection), connection.asked, run, error, now)


def _fail(connection: Connection, asked: int, run: Sync, error: BankError, now: datetime) -> Sync:
    """Remember why, and when to try again: sooner or later by itself, or only when the user has signed in again.

    When something was asked for meanwhile the user may just have done that: the next run tells.
    """
    needs_user = error.kind in {"reauth", "gone"} and connection.asked == asked
    failures = connection.failures + 1
    status = Connection.Status.REAUTH if needs_user else Connection.Status.ERROR
    said = {} if _was_told(connection) else {"status": status, "problem": error.message[:300]}
    Connection.objects.filter(pk=connection.pk).update(
        failures=failures,
        done=Greatest("done", asked),
        next_sync_at=now + _wait(error, failures, connection.sync_frequency_hours),
        **said,
    )
    run.status, run.finished_at = Sync.Status.FAILED, now
    run.added = run.modified = run.removed = 0
    run.error, run.error_code, run.request_id = error.message[:300], error.code[:80], error.request_id[:64]
    run.save()
    return run


def _wait(error: BankError, failures: int, hours: int) -> timedelta:
    """Longer each time, and not for all at once; what no repetition mends is tried again when it is due anyway."""
    if error.kind in {"config", "unsupported"}:
        return timedelta(hours=hours) - SLACK
    wait: timedelta = min(FIRST_RETRY * 2 ** min(failures - 1, 12), LONGEST_RETRY)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  jitter is no secret
