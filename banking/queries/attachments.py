"""Receipts of transactions."""

from django.db.models import QuerySet

from accounts.models import Book
from banking.models import Attachment


def attachments(*, book: Book, transaction_id: int) -> QuerySet[Attachment]:
    """What is kept with a transaction, in the order in which it came."""
    return _there(book).filter(transaction=transaction_id).order_by("id")


def attachment(*, book: Book, pk: int) -> Attachment:
    """One receipt; raise Attachment.DoesNotExist for one that was removed, or whose transaction was."""
    return _there(book).get(pk=pk)


def _there(book: Book) -> QuerySet[Attachment]:
    return Attachment.objects.filter(book=book, removed_at=None, transaction__removed_at=None)
