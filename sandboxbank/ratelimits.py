"""The published limits per item and minute (of institutions: per client), when switched on."""

import time

from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError

PER_MINUTE = {
    "/accounts/get": (15, "ACCOUNTS_LIMIT"),
    "/accounts/balance/get": (5, "BALANCE_LIMIT"),
    "/item/get": (15, "ITEM_GET_LIMIT"),
    "/liabilities/get": (15, "RATE_LIMIT"),
    "/investments/holdings/get": (15, "RATE_LIMIT"),
    "/institutions/get": (50, "RATE_LIMIT"),
    "/institutions/get_by_id": (400, "RATE_LIMIT"),
    "/item/remove": (30, "RATE_LIMIT"),
    "/transactions/sync": (50, "TRANSACTIONS_SYNC_LIMIT"),
}


def check(bank: Bank, endpoint: str, access_token: str) -> None:
    """Raise PlaidError when this item asked too often."""
    if not bank.options.rate_limits or endpoint not in PER_MINUTE:
        return
    limit, code = PER_MINUTE[endpoint]
    now, times = time.monotonic(), bank.asked[endpoint, access_token]
    while times and now - times[0] > 60:
        times.popleft()
    if len(times) >= limit:
        raise PlaidError(code)
    times.append(now)
