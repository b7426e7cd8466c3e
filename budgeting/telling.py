"""Telling open pages that a budget changed."""

from notifications import live

MODELS = frozenset({"budgeting.Budget", "budgeting.BudgetMove"})


def pages(book_id: int, labels: frozenset[str]) -> None:
    """Publish `budgets` where one of these models is among the labels."""
    if labels & MODELS:
        live.publish(book_id=book_id, topic="budgets")
