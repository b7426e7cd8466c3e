"""What workers do for this app."""

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.books import everywhere
from accounts.models import Book
from banking.actions.errors import Busy
from budgeting.actions.finding_recurring import find_recurring as find

log = structlog.get_logger(__name__)
LOOK_AGAIN_SECONDS = 30


def enqueue_recurring(*, book_id: int) -> None:
    """Look for what comes again, after the commit. If the broker is down, the next night does."""

    def send() -> None:
        find_recurring.delay(book_id=book_id)

    transaction.on_commit(send, robust=True)


@shared_task(name="budgeting.find_recurring")
def find_recurring(*, book_id: int) -> None:
    """Look through a book; if another worker is at it, once more when that one will be done."""
    book = Book.objects.filter(pk=book_id).first()
    if book is None:
        return
    try:
        found = find(book=book, now=timezone.now())
    except Busy:
        find_recurring.apply_async(kwargs={"book_id": book_id}, countdown=LOOK_AGAIN_SECONDS)
        return
    log.info("recurring_found", book_id=book_id, new=found.new, gone=found.gone)


@shared_task(name="budgeting.find_recurring_everywhere")
def find_recurring_everywhere() -> None:
    """Every night: one task for each book."""
    with everywhere("to look for what comes again in each"):
        books = list(Book.objects.order_by("pk").values_list("pk", flat=True))
    for book_id in books:
        enqueue_recurring(book_id=book_id)
