"""What workers do. Each loads by id, makes one call, and tells who listens."""

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from celery import current_app, shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.books import entered
from accounts.models import Book
from banking import signals
from banking.actions import connections, link, rule_runs
from banking.actions.attaching import forget_removed
from banking.actions.bringing_in import carry_out
from banking.actions.connections import Asked
from banking.actions.errors import Busy, LinkRefused, Overtaken
from banking.actions.finding import find_matches as find
from banking.actions.reference_rates import keep_reference_rates
from banking.actions.sync import give_up, sync
from banking.models import Connection, Sync
from banking.providers import ecb
from banking.providers.base import BankError
from banking.providers.registry import vendor
from banking.queries import connections as queries
from banking.queries.imports import lost_imports
from notifications import live
from notifications.tasks import enqueue_look

log = structlog.get_logger(__name__)
LOOK_AGAIN_SECONDS = 30


def enqueue(asked: Iterable[Asked]) -> None:
    """Hand to the workers after the commit. A broker that is down loses nothing: the sweeper finds what is asked."""
    for each in asked:
        transaction.on_commit(_sending(each), robust=True)


def _sending(asked: Asked) -> Callable[[], None]:
    """A plain function: Django calls a robust one by its name when it fails, and a `partial` has none."""

    def send() -> None:
        sync_connection.delay(book_id=asked.book_id, connection_id=asked.connection_id)

    return send


def enqueue_link(*, book_id: int, session_id: int) -> None:
    """The same for a link session that ended."""

    def send() -> None:
        finish_link.delay(book_id=book_id, session_id=session_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="banking.sync_connection")
def sync_connection(*, book_id: int, connection_id: int) -> None:
    """Read one connection; whatever was asked for meanwhile is read after it."""
    book = Book.objects.filter(pk=book_id).first()
    connection = queries.connection(book=book, connection_id=connection_id) if book else None
    if book is None or connection is None or not connection.is_readable:
        return
    if not connections.is_wanted(book=book, connection_id=connection_id, now=timezone.now()):
        return
    live.publish(book_id=book_id, topic="connections")
    try:
        run = _read(book, connection)
    except (Busy, Overtaken, Connection.DoesNotExist) as reason:
        log.info("sync_skipped", connection_id=connection_id, reason=type(reason).__name__)
        return
    log.info(
        "sync_finished", connection_id=connection_id, sync_id=run.pk, status=run.status, duration_ms=run.duration_ms
    )
    signals.connection_synced.send(sender=Connection, book_id=book_id, connection_id=connection_id)
    for topic in ("connections", "transactions"):
        live.publish(book_id=book_id, topic=topic)
    if connections.is_wanted(book=book, connection_id=connection_id, now=timezone.now()):
        enqueue([Asked(book_id, connection_id)])


def _read(book: Book, connection: Connection) -> Sync:
    try:
        feed = vendor(connection.provider).feed
    except BankError as error:
        return give_up(book=book, connection_id=connection.pk, error=error, clock=timezone.now)
    return sync(book=book, connection_id=connection.pk, feed=feed, clock=timezone.now)


def enqueue_rules(*, book_id: int, run_id: int) -> None:
    """A run of rules, after the commit; the sweep finds it where the broker is down."""

    def send() -> None:
        run_rules.delay(book_id=book_id, run_id=run_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="banking.run_rules")
def run_rules(*, book_id: int, run_id: int) -> None:
    """Carry out rules over everything that is there."""
    book = Book.objects.filter(pk=book_id).first()
    run = rule_runs.run_rules(book=book, run_id=run_id, clock=timezone.now) if book else None
    if run is not None:
        log.info("rules_run", run_id=run_id, status=run.status, rows=run.rows, changed=run.changed)
        live.publish(book_id=book_id, topic="rules")


@shared_task(name="banking.finish_link")
def finish_link(*, book_id: int, session_id: int) -> None:
    """A provider says that a link session ended: store what came of it, unless the browser is at it."""
    book = Book.objects.get(pk=book_id)
    with entered(book):
        session = queries.link_session(book=book, session_id=session_id)
    if session is None:
        return
    try:
        finished = link.finish(book=book, session=session, vendor=vendor(session.provider), now=timezone.now())
    except (LinkRefused, BankError) as reason:
        log.info("link_not_finished", session_id=session_id, reason=type(reason).__name__)
        return
    enqueue([Asked(book_id, finished.connection.pk)])


def enqueue_matching(*, book_id: int) -> None:
    """Look for matches after the commit. If the broker is down, the next sync or entry looks at the same days."""

    def send() -> None:
        find_matches.delay(book_id=book_id)

    transaction.on_commit(send, robust=True)


def enqueue_import(*, book_id: int, import_id: int) -> None:
    """The same for a file that is to be brought in."""

    def send() -> None:
        carry_out_import.delay(book_id=book_id, import_id=import_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="banking.find_matches")
def find_matches(*, book_id: int) -> None:
    """Look through what is new in a book; if another worker is at it, once more when that one will be done."""
    book = Book.objects.filter(pk=book_id).first()
    if book is None:
        return
    try:
        found = find(book=book, now=timezone.now())
    except Busy:
        find_matches.apply_async(kwargs={"book_id": book_id}, countdown=LOOK_AGAIN_SECONDS)
        return
    log.info("matches_found", book_id=book_id, new=found.new, accepted=found.accepted)


@shared_task(name="banking.carry_out_import")
def carry_out_import(*, book_id: int, import_id: int) -> None:
    """Bring a file in."""
    book = Book.objects.filter(pk=book_id).first()
    done = carry_out(book=book, import_id=import_id, clock=timezone.now) if book else None
    if done is not None:
        log.info("import_finished", import_id=import_id, status=done.status, added=done.added)
        live.publish(book_id=book_id, topic="imports")
        enqueue_matching(book_id=book_id)
        enqueue_look(book_id=book_id)


@shared_task(name="banking.sync_due")
def sync_due() -> None:
    """Every hour: the connections whose time has come."""
    enqueue(connections.due(now=timezone.now()))


@shared_task(name="banking.sync_all")
def sync_all() -> None:
    """At 02:00: all of them but those that are read less often than daily and are not due."""
    enqueue(connections.overnight(now=timezone.now()))


def _waiting() -> int:
    """How many messages wait for a worker; none where there is no queue yet, or no broker to ask."""
    with current_app.connection_for_read() as broker:
        try:
            channel: Any = broker.channel()  # the stub knows none of its methods
            queue = channel.queue_declare(queue=current_app.conf.task_default_queue, passive=True)
            return int(queue.message_count)
        except (*broker.connection_errors, *broker.channel_errors, OperationalError):  # type: ignore[misc]  # classes
            return 0


@shared_task(name="banking.forget_receipts")
def forget_receipts() -> None:
    """Every night."""
    log.info("receipts_forgotten", count=forget_removed(now=timezone.now()))


@shared_task(name="banking.fetch_rates")
def fetch_rates() -> None:
    """Twice a day after they are published, where RATES_URL is set. What fails is fetched the next time."""
    if not settings.RATES_URL:
        return
    try:
        quoted = ecb.read(ecb.fetch(settings.RATES_URL), latest=timezone.now().date())
    except ecb.NotRates as reason:
        log.warning("rates_not_fetched", reason=type(reason).__name__)
        return
    kept = keep_reference_rates(quoted)
    log.info("rates_fetched", new=kept.new, changed=kept.changed)


@shared_task(name="banking.sweep")
def sweep() -> None:
    """What was asked for and is not done; what was begun and died."""
    connections.close_stopped(now=timezone.now())
    enqueue(connections.swept(now=timezone.now(), waiting=_waiting()))
    for book_id, run_id in rule_runs.silent_runs(now=timezone.now()):
        enqueue_rules(book_id=book_id, run_id=run_id)
    for book_id, session_id in connections.unfinished_links(now=timezone.now()):
        enqueue_link(book_id=book_id, session_id=session_id)
    for book_id, import_id in lost_imports(now=timezone.now()):
        enqueue_import(book_id=book_id, import_id=import_id)
