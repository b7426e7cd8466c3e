"""Telling open pages of a person that there is something new for them, or no longer."""

from django.db import transaction

from notifications import live

TOPIC = "notifications"


def bell(*, book_id: int, user_id: int) -> None:
    """Once the caller has committed."""
    transaction.on_commit(lambda: live.publish_to(book_id=book_id, user_id=user_id, topic=TOPIC), robust=True)
