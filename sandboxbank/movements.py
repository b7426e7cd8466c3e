"""One thing that happens on an account, before it has a name in anybody's journal."""

from datetime import date
from typing import NamedTuple

PRIMARIES = (
    "LOAN_DISBURSEMENTS",
    "LOAN_PAYMENTS",
    "TRANSFER_IN",
    "TRANSFER_OUT",
    "BANK_FEES",
    "ENTERTAINMENT",
    "FOOD_AND_DRINK",
    "GENERAL_MERCHANDISE",
    "GENERAL_SERVICES",
    "GOVERNMENT_AND_NON_PROFIT",
    "HOME_IMPROVEMENT",
    "MEDICAL",
    "PERSONAL_CARE",
    "RENT_AND_UTILITIES",
    "TRANSPORTATION",
    "TRAVEL",
    "INCOME",
    "OTHER",
)
OLD_NAMES = {
    "INCOME_SALARY": "INCOME_WAGES",
    "INCOME_OTHER": "INCOME_OTHER_INCOME",
    "INCOME_CONTRACTOR": "INCOME_OTHER_INCOME",
    "INCOME_GIG_ECONOMY": "INCOME_OTHER_INCOME",
    "INCOME_RENTAL": "INCOME_OTHER_INCOME",
    "LOAN_DISBURSEMENTS_STUDENT": "TRANSFER_IN_CASH_ADVANCES_AND_LOANS",
    "LOAN_DISBURSEMENTS_OTHER_DISBURSEMENT": "TRANSFER_IN_CASH_ADVANCES_AND_LOANS",
    "TRANSFER_IN_TRANSFER_IN_FROM_APPS": "TRANSFER_IN_OTHER_TRANSFER_IN",
    "TRANSFER_OUT_TRANSFER_OUT_FROM_APPS": "TRANSFER_OUT_OTHER_TRANSFER_OUT",
    "TRANSFER_OUT_CRYPTO": "TRANSFER_OUT_OTHER_TRANSFER_OUT",
    "BANK_FEES_LATE_FEES": "BANK_FEES_OTHER_BANK_FEES",
    "OTHER_OTHER": "GENERAL_SERVICES_OTHER_GENERAL_SERVICES",
}


def primary(detailed: str) -> str:
    """The main category of a detailed one."""
    return next((name for name in PRIMARIES if detailed.startswith(name)), "OTHER")


class Party(NamedTuple):
    """Who is on the other side; `entity_id` and `website` are empty for a party that nobody has in a directory."""

    name: str
    entity_id: str = ""
    website: str = ""
    kind: str = "merchant"


class Movement(NamedTuple):
    """Money moving on one account, in cents of its currency with Plaid's sign (positive = out).

    `posts_on` is the day it is booked; until then it is pending if `pends`. A hold with `vanishes` is never booked.
    `at` is the moment as the protocol writes it, empty where the bank does not tell. `key` is unique within an
    account's life. `currency` is set only where it differs from the account's.
    """

    key: str
    account: str
    day: date
    posts_on: date
    cents: int
    description: str
    name: str = ""
    party: Party | None = None
    category: str = ""
    confidence: str = "HIGH"
    channel: str = "other"
    code: str = ""
    held_cents: int | None = None
    pends: bool = False
    vanishes: bool = False
    matched: bool = True
    store: str = ""
    city: str = ""
    region: str = ""
    check_number: str = ""
    reference: str = ""
    at: str = ""
    currency: str = ""
    country: str = ""
