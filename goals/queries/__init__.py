"""Every read of goals. All take `book` by keyword."""

from goals.queries.marking import Marked, marked
from goals.queries.owing import strategies
from goals.queries.reading import open_goals, standing, standings
from goals.queries.rows import contribution_rows, contributions, debt, goal, goals
from goals.queries.standing import Basis, Held, Projection, Standing

__all__ = [
    "Basis",
    "Held",
    "Marked",
    "Projection",
    "Standing",
    "contribution_rows",
    "contributions",
    "debt",
    "goal",
    "goals",
    "marked",
    "open_goals",
    "standing",
    "standings",
    "strategies",
]
