"""Telling open pages what a person changed, wherever: on another page, over the API, on another machine."""

from django.db import transaction

from notifications import live
from notifications.tasks import enqueue_look

TOPICS = {
    "banking.Account": ("accounts",),
    "banking.Category": ("categories", "transactions"),
    "banking.Connection": ("accounts", "connections", "transactions"),
    "banking.Rate": ("accounts",),
    "banking.Rule": ("categories", "rules"),
    "banking.ReviewItem": ("review",),
    "banking.Merchant": ("merchants", "transactions"),
    "banking.SavedView": ("transactions",),
    "banking.Import": ("accounts", "imports", "transactions"),
    "banking.Tag": ("transactions",),
    "banking.Transaction": ("transactions",),
    "banking.TransactionTag": ("transactions",),
    "banking.Transfer": ("review", "transactions"),
}


def pages(book_id: int, labels: frozenset[str]) -> None:
    """Publish each topic once that these models belong to."""
    for topic in sorted({topic for label in labels for topic in TOPICS.get(label, ())}):
        live.publish(book_id=book_id, topic=topic)


def connection_changed(book_id: int) -> None:
    """Once the caller has committed, publish that a connection of the book is not what it was, and look for news."""
    enqueue_look(book_id=book_id)
    transaction.on_commit(lambda: live.publish(book_id=book_id, topic="connections"), robust=True)
