"""Asking for a sync, hearing what a provider says by itself, changing and unlinking a connection."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import audit
from accounts.books import entered, everywhere
from accounts.models import AuditKind, Book, User
from banking import telling
from banking.actions.erasing import erase
from banking.actions.errors import Busy, NotLinked, SignInNeeded
from banking.actions.locking import alone
from banking.models import (
    Connection,
    LinkSession,
    Sync,
    UnreadRow,
)
from banking.providers.base import BankError, Notice, Vendor
from journal import actions as journal

SILENCE = timedelta(minutes=2)
LINK_RESULT_LASTS = timedelta(minutes=30)
JUST_READ = timedelta(hours=1)
NOTICE_OF_END = timedelta(days=7)
SLACK = timedelta(minutes=10)
"""A tick that comes every so many hours is never late by this much, nor is a run that it starts."""
NIGHTLY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """A connection that is to be read, for whoever enqueues it."""

    book_id: int
    connection_id: int


def ask(*, connection: Connection, kind: str, now: datetime) -> Sync:
    """Raise the counter of what is asked for; the waiting `Sync`, which is the same one until it has begun.

    Call inside the book; the caller enqueues after the commit. Raise NotLinked or SignInNeeded.
    """
    if connection.status == Connection.Status.UNLINKED:
        raise NotLinked
    if connection.status == Connection.Status.REAUTH:
        raise SignInNeeded
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(asked=F("asked") + 1)
        waiting = Sync.objects.filter(connection=connection, status=Sync.Status.QUEUED).order_by("id").first()
        return waiting or Sync.objects.create(
            book_id=connection.book_id, connection=connection, kind=kind, created_at=now
        )


def hear(*, notice: Notice, provider: str, now: datetime) -> list[Asked]:
    """Do what a verified webhook says; the connections to be read. One that we do not know is ignored."""
    changes: dict[str, dict[str, object]] = {
        "reauth": {"status": Connection.Status.REAUTH, "problem": "Your bank asks you to sign in again."},
        "revoked": {"status": Connection.Status.REAUTH, "problem": "Your bank has withdrawn access. Sign in again."},
        "repaired": {"status": Connection.Status.ACTIVE, "problem": "", "failures": 0, "expires_on": None},
        "new_accounts": {"new_accounts": True, "new_accounts_at": now},
    }
    with everywhere("a webhook names a connection, not a book"), transaction.atomic():
        found = Connection.objects.filter(provider=provider, external_id=notice.connection_id).exclude(
            status=Connection.Status.UNLINKED
        )
        if notice.topic in changes:
            news = found.filter(new_accounts=False) if notice.topic == "new_accounts" else found
            news.update(**changes[notice.topic])
        if notice.topic == "expiring":
            _note_end(found, notice.expires_at or now + NOTICE_OF_END)
        if notice.topic in {*changes, "expiring"}:
            for book_id in found.values_list("book_id", flat=True).distinct():
                telling.connection_changed(book_id)
        if notice.topic not in {"sync", "repaired"}:
            return []
        found.update(asked=F("asked") + 1)
        return [Asked(book, pk) for book, pk in found.values_list("book_id", "pk")]


def _note_end(found: QuerySet[Connection], at: datetime) -> None:
    """The right to read ends on the day that it is then in the book."""
    for connection in found.select_related("book"):
        connection.expires_on = connection.book.today(at)
        connection.save(update_fields=["expires_on"])


def link_ended(*, link_token: str, now: datetime) -> tuple[int, int] | None:
    """Note that a link session is to be finished: (book id, session id), or None when there is nothing to do."""
    with everywhere("a webhook names a link session, not a book"):
        found = LinkSession.objects.filter(token=link_token, finished_at=None)
        found.update(told_at=now)
        return found.values_list("book_id", "pk").first()


def unfinished_links(*, now: datetime) -> list[tuple[int, int]]:
    """(book id, session id) of link sessions that ended at the provider and whose result nobody has stored."""
    with everywhere("the sweeper is for all books"):
        told = LinkSession.objects.filter(finished_at=None, told_at__gt=now - LINK_RESULT_LASTS)
        return list(told.order_by("pk").values_list("book_id", "pk"))


def due(*, now: datetime) -> list[Asked]:
    """Ask for every connection whose time has come and for which nothing is asked already: clocks may tick twice."""
    with everywhere("the timetable is for all books"), transaction.atomic():
        found = list(
            Connection.objects.select_for_update(skip_locked=True)
            .filter(_idle(), next_sync_at__lte=now)
            .values_list("book_id", "pk")
        )
        _raise_asked([pk for _, pk in found])
    return [Asked(book, pk) for book, pk in found]


def overnight(*, now: datetime) -> list[Asked]:
    """Ask for every connection that is read daily or more often, due or not, and for the others that are due.

    None that was read within an hour: two clocks may tick, or the hourly tick came just before.
    """
    daily = Q(sync_frequency_hours__lte=NIGHTLY_HOURS)
    with everywhere("the nightly sweep is for all books"), transaction.atomic():
        lately = Sync.objects.filter(connection=OuterRef("pk"), started_at__gt=now - JUST_READ)
        found = list(
            Connection.objects.select_for_update(skip_locked=True)
            .filter(_idle(), daily | Q(next_sync_at__lte=now), ~Exists(lately))
            .values_list("book_id", "pk")
        )
        _raise_asked([pk for _, pk in found])
    return [Asked(book, pk) for book, pk in found]


def next_reading(*, started: datetime, hours: int) -> datetime:
    """When a connection that was read at `started` is due again: early enough for the tick in so many hours."""
    return started + timedelta(hours=hours) - SLACK


def unfinished(*, now: datetime) -> list[Asked]:
    """What was asked for and never done, or failed and may be tried again: nothing that a lost broker loses is lost."""
    with everywhere("the sweeper is for all books"):
        readable = Connection.objects.filter(status__in=[Connection.Status.ACTIVE, Connection.Status.ERROR])
        return [Asked(book, pk) for book, pk in readable.filter(_wanted(now)).values_list("book_id", "pk")]


def swept(*, now: datetime, waiting: int) -> list[Asked]:
    """What is unfinished, for the sweeper, while fewer messages wait for a worker than there is to do.

    So nothing that the broker lost waits for longer than the next sweep, and workers that have their hands full do not
    find the same message ever more often.
    """
    found = unfinished(now=now)
    return found if waiting < len(found) else []


def is_wanted(*, book: Book, connection_id: int, now: datetime) -> bool:
    """Whether there is still something to read: of many messages that ask for the same, one is enough."""
    with entered(book):
        return Connection.objects.filter(_wanted(now), pk=connection_id, book=book).exists()


def close_stopped(*, now: datetime) -> None:
    """End the runs whose worker died, and those that wait for a bank that its user has to open first.

    One that is under way holds its connection.
    """
    with everywhere("the sweeper is for all books"):
        waiting = Sync.objects.filter(status=Sync.Status.QUEUED, connection__status=Connection.Status.REAUTH)
        waiting.update(
            status=Sync.Status.FAILED, finished_at=now, error=str(SignInNeeded()), error_code="SIGN_IN_NEEDED"
        )
        running = Sync.objects.filter(status=Sync.Status.RUNNING, started_at__lt=now - SILENCE)
        found = list(running.values_list("pk", "connection_id"))
    for pk, connection_id in found:
        with suppress(Busy), alone(connection_id), everywhere("the sweeper is for all books"):
            stop(runs=Sync.objects.filter(pk=pk, status=Sync.Status.RUNNING), now=now)


def stop(*, runs: QuerySet[Sync], now: datetime) -> None:
    """Close runs that can only have died."""
    runs.update(
        status=Sync.Status.FAILED, finished_at=now, error="It stopped before it was done.", error_code="STOPPED"
    )


def _wanted(now: datetime) -> Q:
    return Q(done__lt=F("asked")) | (Q(next_sync_at__lte=now) & ~Q(failures=0, complete=True))


def _idle() -> Q:
    """What can be read and for which nothing is asked."""
    return Q(status__in=[Connection.Status.ACTIVE, Connection.Status.ERROR], done__gte=F("asked"))


def _raise_asked(ids: list[int]) -> None:
    Connection.objects.filter(pk__in=ids).update(asked=F("asked") + 1)


def set_frequency(*, connection: Connection, hours: int, now: datetime, by: User | None = None) -> Connection:
    """How often it is read by itself, every 1 to 168 hours."""
    before = {"sync_frequency_hours": str(connection.sync_frequency_hours)}
    with journal.operation(book=connection.book, by=by, verb="set_frequency", now=now) as recorder:
        connection.sync_frequency_hours = hours
        connection.next_sync_at = next_reading(started=connection.synced_at or now, hours=hours)
        connection.save(update_fields=["sync_frequency_hours", "next_sync_at"])
        after = {"sync_frequency_hours": str(hours)}  # when it is read next follows, and changes by itself
        if after != before:
            recorder.noted(Connection._meta.label, connection.pk, before, after)
    return connection


def unlink(*, book: Book, connection: Connection, by: User, vendor: Vendor, keep: bool, now: datetime) -> None:
    """Give the right back to the bank, forget the secret, and keep or erase what was read.

    The bank is told first: if it cannot be reached nothing changes, as it would go on costing. Raise BankError.
    """
    if connection.secret is not None and connection.status != Connection.Status.UNLINKED:
        try:
            vendor.feed.revoke(secret=connection.secret.reveal())
        except BankError as error:
            if error.kind not in {"gone", "reauth"}:
                raise
    with entered(book), transaction.atomic():
        locked = Connection.objects.select_for_update().get(book=book, pk=connection.pk)
        audit.record(
            kind=AuditKind.UNLINKED,
            subject=by,
            by=by,
            book=book,
            now=now,
            details={"connection": locked.pk, "data": "kept" if keep else "erased"},
        )
        telling.connection_changed(book.pk)
        if keep:
            freeze(locked, now=now)
        else:
            erase(book=book, connection=locked, by=by, now=now)


def freeze(connection: Connection, *, now: datetime) -> None:
    """What is read stays, and nothing more is read. Call inside the book's transaction."""
    Connection.objects.filter(pk=connection.pk).update(
        status=Connection.Status.UNLINKED,
        secret=None,
        problem="",
        expires_on=None,
        new_accounts=False,
        cursor="",
        asked=0,
        done=0,
    )
    UnreadRow.objects.filter(connection=connection).delete()
    Sync.objects.filter(connection=connection, status__in=[Sync.Status.QUEUED, Sync.Status.RUNNING]).update(
        status=Sync.Status.FAILED, finished_at=now, error="The connection was unlinked.", error_code="UNLINKED"
    )
