"""Telling open pages what changed."""

from notifications import live

MODELS = frozenset({"goals.Goal", "goals.EarMark", "goals.Debt", "goals.Contribution"})


def pages(book_id: int, labels: frozenset[str]) -> None:
    """Publish `goals` where one of its models is among the labels."""
    if labels & MODELS:
        live.publish(book_id=book_id, topic="goals")
