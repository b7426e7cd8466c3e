"""Every read of budgeting. All take `book` by keyword."""

from budgeting.queries.board import Board, Group, Totals, board, progress, standing_on
from budgeting.queries.plans import Line, Plans, budget, budget_rows, columns_of, cycle_of, moves, plans
from budgeting.queries.standing import State, Status, statuses
from budgeting.queries.suggesting import Suggestion, suggestions

__all__ = [
    "Board",
    "Group",
    "Line",
    "Plans",
    "State",
    "Status",
    "Suggestion",
    "Totals",
    "board",
    "budget",
    "budget_rows",
    "columns_of",
    "cycle_of",
    "moves",
    "plans",
    "progress",
    "standing_on",
    "statuses",
    "suggestions",
]
