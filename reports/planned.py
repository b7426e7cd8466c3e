"""What the dashboard shows of plans: the queries of the pages of those plans."""

from collections.abc import Collection
from datetime import date
from typing import Any

from accounts.models import Book
from budgeting import queries as budgeting
from budgeting.items import ItemState
from budgeting.periods import MONTHLY
from budgeting.queries import State, Status
from budgeting.queries.recurring import Meeting, items, upcoming
from budgeting.queries.safe import safe_to_spend
from goals.queries import open_goals

BUDGETS, BILLS, GOALS, DAYS = 4, 5, 4, 30
URGENCY = {State.OVER: 0, State.AHEAD: 1, State.ON_TRACK: 2}


def planned(*, book: Book, today: date, folded: Collection[str]) -> dict[str, Any]:
    """What the widgets that are not folded take, by the name they take it under."""
    parts = {"safe": _safe, "budgets": _budgets, "bills": _bills, "goals": _goals}
    found: dict[str, Any] = {}
    for name, part in parts.items():
        if name not in folded:
            found |= part(book, today)
    return found


def _safe(book: Book, today: date) -> dict[str, Any]:
    return {"safe": safe_to_spend(book=book, today=today)}


def _goals(book: Book, today: date) -> dict[str, Any]:
    found = open_goals(book=book, today=today)
    return {"goals": found[:GOALS], "goals_more": len(found[GOALS:])}


def _budgets(book: Book, today: date) -> dict[str, Any]:
    """The month's budgets, those in need of a look first."""
    board = budgeting.board(book=book, cycle=MONTHLY, day=today, today=today)
    first = sorted(board.statuses, key=_urgency)[:BUDGETS]
    return {"budgets": board, "budgets_first": first, "budgets_more": len(board.statuses) - len(first)}


def _urgency(status: Status) -> tuple[int, int, str]:
    return URGENCY[status.state], -(status.percent or 0), status.category.name.casefold()


def _bills(book: Book, today: date) -> dict[str, Any]:
    """What was missed, what is next, and how many that were found wait to be confirmed."""
    found = [each for each in upcoming(book=book, today=today, days=DAYS) if each.state != Meeting.MET]
    suggested = items(book=book, state=ItemState.SUGGESTED).count()
    return {"bills": found[:BILLS], "bills_more": len(found[BILLS:]), "bills_suggested": suggested}
