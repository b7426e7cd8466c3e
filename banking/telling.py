"""Telling open pages what a person changed, wherever: on another page, over the API, on another machine."""

from notifications import live

TOPICS = {
    "banking.Account": ("accounts",),
    "banking.Category": ("categories", "transactions"),
    "banking.Connection": ("accounts", "connections", "transactions"),
    "banking.Rule": ("categories",),
    "banking.Tag": ("transactions",),
    "banking.Transaction": ("transactions",),
    "banking.TransactionTag": ("transactions",),
}


def pages(book_id: int, labels: frozenset[str]) -> None:
    """Publish each topic once that these models belong to."""
    for topic in sorted({topic for label in labels for topic in TOPICS.get(label, ())}):
        live.publish(book_id=book_id, topic=topic)
