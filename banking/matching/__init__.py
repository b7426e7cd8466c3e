"""Which rows belong together: transfers, duplicates, pending rows that were booked, refunds.

Pure: frozen dataclasses in and out, no database, no clock.
"""

from banking.matching.duplicates import duplicates
from banking.matching.found import AUTOMATIC_FROM, Candidate, Evidence
from banking.matching.pendings import pendings
from banking.matching.refunds import refunds
from banking.matching.rows import Account, Forbidden, Row, nothing
from banking.matching.transfers import Rates, transfers

__all__ = [
    "AUTOMATIC_FROM",
    "Account",
    "Candidate",
    "Evidence",
    "Forbidden",
    "Rates",
    "Row",
    "duplicates",
    "nothing",
    "pendings",
    "refunds",
    "transfers",
]
