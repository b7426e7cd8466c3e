"""Every read of budgeting. All take `book` by keyword."""

from budgeting.queries.board import SHARED, Board, Group, Totals, board, progress, standing_on
from budgeting.queries.envelopes import Envelope, ToAssign, mode_of, to_assign
from budgeting.queries.plans import Line, Plans, budget, budget_rows, columns_of, cycle_of, line_of, moves, plans
from budgeting.queries.standing import State, Status, statuses
from budgeting.queries.suggesting import Suggestion, suggestions

__all__ = [
    "SHARED",
    "Board",
    "Envelope",
    "Group",
    "Line",
    "Plans",
    "State",
    "Status",
    "Suggestion",
    "ToAssign",
    "Totals",
    "board",
    "budget",
    "budget_rows",
    "columns_of",
    "cycle_of",
    "line_of",
    "mode_of",
    "moves",
    "plans",
    "progress",
    "standing_on",
    "statuses",
    "suggestions",
    "to_assign",
]
