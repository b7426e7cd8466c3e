"""The rows of goals, in order."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Book
from goals.models import Contribution, Debt, Goal


def goals(*, book: Book, states: Collection[str] = ()) -> QuerySet[Goal]:
    """By priority, the oldest first; all of them, or those in these states."""
    rows = Goal.objects.filter(book=book)
    return (rows.filter(state__in=states) if states else rows).order_by("priority", "id")


def goal(*, book: Book, pk: int) -> Goal:
    """One goal; raise Goal.DoesNotExist."""
    return goals(book=book).get(pk=pk)


def debt(*, book: Book, pk: int) -> Debt:
    """One debt with its goal; raise Debt.DoesNotExist."""
    return Debt.objects.select_related("goal").get(book=book, pk=pk)


def contributions(*, book: Book, goal: Goal) -> QuerySet[Contribution]:
    """The ledger of a goal, the latest day first, each with its debt."""
    return contribution_rows(book=book).filter(goal=goal)


def contribution_rows(*, book: Book) -> QuerySet[Contribution]:
    """All ledgers, the latest day first, with goals and debts."""
    return Contribution.objects.filter(book=book).select_related("goal", "debt").order_by("-day", "-id")
