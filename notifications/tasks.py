"""What workers do for notifications."""

from collections.abc import Callable
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.books import entered, everywhere
from accounts.models import AuditEvent, Book
from notifications import actions, queries, telling
from notifications.actions import Told
from notifications.channels import sms
from notifications.channels.base import NotSent
from notifications.models import Device
from notifications.signing_in import told_of

log = structlog.get_logger(__name__)
SECONDS = 240
"""A worker that sends for longer is stopped, well before its parcel is due again."""
STALE = 60
"""Seconds after which a task of the sweep is dropped: what is still due is found again, so an outage fills no queue."""


def enqueue_look(*, book_id: int) -> None:
    """Ask the rules after the commit. If the broker is down, the next day does."""
    transaction.on_commit(_sending(book_id), robust=True)


def _sending(book_id: int) -> Callable[[], None]:
    def send() -> None:
        look.delay(book_id=book_id)

    return send


@shared_task(name="notifications.look")
def look(*, book_id: int) -> None:
    """Ask every rule about a book, and tell what is new."""
    book = Book.objects.filter(pk=book_id).first()
    if book is not None:
        _spread(book, actions.look(book=book, now=timezone.now()))


@shared_task(name="notifications.look_everywhere")
def look_everywhere() -> None:
    """Every day: one task for each book."""
    for book_id in Book.objects.order_by("pk").values_list("pk", flat=True):
        enqueue_look(book_id=book_id)


def enqueue_sign_in(*, event_id: int) -> None:
    """The same for somebody who signed in."""

    def send() -> None:
        tell_of_sign_in.delay(event_id=event_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="notifications.tell_of_sign_in")
def tell_of_sign_in(*, event_id: int) -> None:
    """Tell a person of a sign-in from a place that they never signed in from before."""
    event = AuditEvent.objects.select_related("subject").get(pk=event_id)
    if (found := told_of(event)) is not None:
        book, news = found
        with entered(book):
            told = actions.tell(book=book, kind="sign_in", events=[news], now=timezone.now())
        _spread(book, told)


def _spread(book: Book, told: Told) -> None:
    """Open pages hear of it, and what may leave at once is sent."""
    for user_id in told.users:
        telling.bell(book_id=book.pk, user_id=user_id)
    for parcel in dict.fromkeys(told.parcels):
        deliver.delay(book_id=book.pk, parcel=str(parcel))


@shared_task(name="notifications.deliver", soft_time_limit=SECONDS, time_limit=SECONDS + 30)
def deliver(*, book_id: int, parcel: str) -> None:
    """Send one parcel, if it is due."""
    book = Book.objects.filter(pk=book_id).first()
    if book is not None:
        actions.deliver(book=book, parcel=UUID(parcel), clock=timezone.now)


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """What has come due: retried, put off, collected, or forgotten by a worker that died."""
    with everywhere("what is due is in all books"):
        found = queries.due(now=timezone.now())
    for book_id, parcel in found:
        deliver.apply_async(kwargs={"book_id": book_id, "parcel": str(parcel)}, expires=STALE)


def enqueue_code(*, device_id: int) -> None:
    """A code to a phone, after the commit."""

    def send() -> None:
        send_code.delay(device_id=device_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="notifications.send_code")
def send_code(*, device_id: int) -> None:
    """Make the code here, so that it travels through no broker; a failed one is asked for again by the person."""
    device = Device.objects.select_related("user").filter(pk=device_id, verified_at=None).first()
    if device is None:
        return
    try:
        code = actions.new_code(device=device, now=timezone.now())
        text = _("%(code)s is your code for %(site)s. It is good for ten minutes.")
        sms.deliver(to=device.secret.reveal(), text=text % {"code": code, "site": settings.SITE_NAME})
    except (actions.NotAllowed, NotSent) as reason:
        log.info("code_not_sent", device_id=device_id, reason=type(reason).__name__)
