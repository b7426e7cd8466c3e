"""The published limits per item and minute, when switched on."""

import time
from collections import defaultdict, deque

from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError

PER_MINUTE = {
    "/accounts/get": (15, "ACCOUNTS_LIMIT"),
    "/accounts/balance/get": (5, "BALANCE_LIMIT"),
    "/item/get": (15, "ITEM_GET_LIMIT"),
    "/liabilities/get": (15, "RATE_LIMIT"),
    "/investments/holdings/get": (15, "RATE_LIMIT"),
    "/transactions/sync": (50, "TRANSACTIONS_SYNC_LIMIT"),
}
_seen: dict[tuple[int, str, str], deque[float]] = defaultdict(deque)


def check(bank: Bank, endpoint: str, access_token: str) -> None:
    """Raise PlaidError when this item asked too often."""
    if not bank.options.rate_limits or endpoint not in PER_MINUTE:
        return
    limit, code = PER_MINUTE[endpoint]
    now, times = time.monotonic(), _seen[id(bank), endpoint, access_token]
    while times and now - times[0] > 60:
        times.popleft()
    if len(times) >= limit:
        raise PlaidError(code)
    times.append(now)
