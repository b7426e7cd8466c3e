"""What follows from a sync inside this app: it only enqueues."""

from typing import Any

from budgeting.tasks import enqueue_recurring


def look_for_recurring(*, book_id: int, **_: Any) -> None:  # Django's receiver signature
    """Something may have come again."""
    enqueue_recurring(book_id=book_id)
