"""Asking a bank what is in an account right now. Nothing is stored: balances that count come with a sync."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache

from banking.models import Account
from banking.providers.base import BankError, BankFeed

REMEMBERED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What the bank says at `as_of`; `live` when it was asked within the last minute, else with the last sync."""

    current: Decimal | None
    available: Decimal | None
    limit: Decimal | None
    as_of: datetime | None
    live: bool


def told_balance(*, account: Account, feed: BankFeed | None, now: datetime) -> Told:
    """The bank's word on an account loaded with its connection; asked at most once a minute, as it is slow and billed.

    Without a feed, or when the bank does not answer, what it said with the last sync. Call outside transactions.
    """
    stored = Told(account.reported, account.available, account.limit, account.reported_at, live=False)
    if feed is None or account.connection is None or account.connection.secret is None:
        return stored
    known: Told | None = cache.get(f"told-balance:{account.pk}")
    if known is not None:
        return known
    try:
        secret = account.connection.secret.reveal()
        [facts] = feed.balances(secret=secret, account_ids=[account.external_id])
    except (BankError, ValueError):
        return stored
    told = Told(facts.current, facts.available, facts.limit, now, live=True)
    cache.set(f"told-balance:{account.pk}", told, REMEMBERED_SECONDS)
    return told
