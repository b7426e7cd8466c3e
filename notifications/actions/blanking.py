"""The words of notifications are erased with what they were about; that it was told stays, or it is told again."""

from accounts.models import Book
from notifications.models import Delivery, Notification

OF_NO_BANK = ["sign_in"]


def blank(*, book: Book) -> None:
    """Take the words of everybody's notifications in the book, and send none of what is on its way."""
    rows = Notification.objects.filter(book=book).exclude(kind__in=OF_NO_BANK)
    waiting = Delivery.objects.filter(book=book, state=Delivery.State.PENDING, notification__in=rows)
    waiting.update(state=Delivery.State.LEFT_OUT, claimed_at=None)
    rows.update(title="", body="", private_body="", url="", shown=False)
