"""Telling open pages what changed."""

from notifications import live

MODELS = frozenset({"budgeting.Budget", "budgeting.BudgetMode", "budgeting.BudgetMove"})
RECURRING = "budgeting.RecurringItem"


def pages(book_id: int, labels: frozenset[str]) -> None:
    """Publish `budgets` and `recurring` where one of their models is among the labels."""
    if labels & MODELS:
        live.publish(book_id=book_id, topic="budgets")
    if RECURRING in labels:
        live.publish(book_id=book_id, topic="recurring")
