"""Days some months later, and the months between days."""

from calendar import monthrange
from datetime import date

LONGEST = 1200
"""A plan of more months is none: nobody lives to see its end."""


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is shorter."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def whole_months(start: date, end: date) -> int:
    """How many times a month can be added to `start` without passing `end`; 0 where it is before."""
    count = (end.year - start.year) * 12 + end.month - start.month
    return max(count if later(start, max(count, 0)) <= end else count - 1, 0)
