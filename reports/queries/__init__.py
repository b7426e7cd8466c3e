"""Every read of reports."""

from reports.queries.dashboard import dashboard, overview
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
    "CashFlow",
    "Compared",
    "Dashboard",
    "Flow",
    "Overview",
    "Spending",
    "SpendingOf",
    "Worth",
    "dashboard",
    "overview",
]
