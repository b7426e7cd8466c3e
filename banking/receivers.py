"""What follows from a sync inside this app: it only enqueues."""

from typing import Any

from banking.tasks import enqueue_matching


def look_for_matches(*, book_id: int, **_: Any) -> None:  # Django's receiver signature
    """Something may be new in the book."""
    enqueue_matching(book_id=book_id)
