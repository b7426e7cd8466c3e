"""Asking a bank what is in an account right now. Nothing is stored: balances that count come with a sync."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache
from redis.exceptions import RedisError

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

    Without a feed, when the bank does not answer, or when nothing can be remembered because the cache is down, what it
    said with the last sync. Call outside transactions.
    """
    stored = Told(account.reported, account.available, account.limit, account.reported_at, live=False)
    if feed is None or account.connection is None or account.connection.secret is None:
        return stored
    try:
        return _remembered(account) or _asked(account, account.connection.secret.reveal(), feed, now)
    except (BankError, ValueError, RedisError):
        return stored


def _remembered(account: Account) -> Told | None:
    found: Told | None = cache.get(f"told-balance:{account.pk}")
    return found


def _asked(account: Account, secret: str, feed: BankFeed, now: datetime) -> Told:
    [facts] = feed.balances(secret=secret, account_ids=[account.external_id])
    told = Told(facts.current, facts.available, facts.limit, now, live=True)
    cache.set(f"told-balance:{account.pk}", told, REMEMBERED_SECONDS)
    return told
