"""Every read of reports."""

from reports.queries.dashboard import dashboard, overview
from reports.queries.explained import Explanation, LeftOut, Original, Part, Reason
from reports.queries.explaining import Asked, UnknownFigure, explanation, is_of_list
from reports.queries.of_currencies import NoTotal
from reports.queries.parts import (
    AccountLine,
    CashFlow,
    Compared,
    Dashboard,
    Flow,
    Overview,
    Spending,
    SpendingOf,
    Worth,
)

__all__ = [
    "AccountLine",
    "Asked",
    "CashFlow",
    "Compared",
    "Dashboard",
    "Explanation",
    "Flow",
    "LeftOut",
    "NoTotal",
    "Original",
    "Overview",
    "Part",
    "Reason",
    "Spending",
    "SpendingOf",
    "UnknownFigure",
    "Worth",
    "dashboard",
    "explanation",
    "is_of_list",
    "overview",
]
