"""What follows from a sync inside this app: it only enqueues."""

from typing import Any

from banking.tasks import enqueue_matching
from notifications.tasks import enqueue_look


def look_for_matches(*, book_id: int, **_: Any) -> None:  # Django's receiver signature
    """Something may be new in the book."""
    enqueue_matching(book_id=book_id)


def look_for_news(*, book_id: int, **_: Any) -> None:  # likewise
    """Something may be to tell."""
    enqueue_look(book_id=book_id)
