"""What is read to find what comes again: the movements of each merchant, in each direction and currency."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import Book
from banking.categoriser import merchant_key
from banking.models import CategoryKind, Merchant
from banking.models.categories import LONGEST_KEY
from banking.queries import matching
from budgeting.items import RecurringItem
from budgeting.recurring import Movement

YEARS = timedelta(days=3 * 366)
MOST = 240
"""Of one merchant so many of the newest movements are looked at; nobody pays a bill more often in three years."""
AT_ONCE = 10_000


class Who(NamedTuple):
    """The other side: a merchant, or the words that stand for one; with the direction of the money."""

    merchant: int | None
    wording: str
    sign: int
    currency: str


class Seen(NamedTuple):
    """Where a movement was, and as what it is filed."""

    account: int
    category: int


@dataclass(slots=True)
class History:
    """The newest movements in order, and what is known of each by its key."""

    movements: deque[Movement] = field(default_factory=lambda: deque(maxlen=MOST))
    seen: dict[int, Seen] = field(default_factory=dict)


def histories(*, book: Book, today: date) -> dict[Who, History]:
    """Of the last three years, booked and counted rows that are no transfers, split ones in their parts; one query."""
    rows = matching(book=book).filter(day__gt=today - YEARS, day__lte=today, pending=False, excluded=False)
    rows = rows.exclude(category__kind=CategoryKind.TRANSFER).exclude(amount=0).order_by("day", "pk")
    columns = ("pk", "merchant_id", "description", "amount", "currency", "day", "account_id", "category_id")
    found: dict[Who, History] = {}
    for pk, merchant, description, amount, currency, day, account, category in rows.values_list(*columns).iterator(
        chunk_size=AT_ONCE
    ):
        who = who_of(merchant, description, amount > 0, currency)
        history = found.setdefault(who, History())
        history.movements.append(Movement(pk, day, amount))
        history.seen[pk] = Seen(account, category)
    return found


def who_of(merchant: int | None, description: str, comes_in: bool, currency: str) -> Who:
    """Whom a row is about."""
    wording = "" if merchant else merchant_key(description)[:LONGEST_KEY]
    return Who(merchant, wording, 1 if comes_in else -1, currency)


def known_by(*, book: Book, items: Iterable[RecurringItem]) -> dict[int, Who]:
    """Whom each item is about, by its key: merchants that were merged are the other one, and words of an item that
    have become those of a merchant are that merchant. The items have read their merchants; one query."""
    items = list(items)
    words = {item.wording for item in items if item.merchant_id is None and item.wording}
    named = Merchant.objects.filter(book=book, key__in=words).values_list("key", "pk", "merged_into_id")
    merchants = {key: into or pk for key, pk, into in named} if words else {}
    return {item.pk: _who(item, merchants) for item in items}


def _who(item: RecurringItem, merchants: Mapping[str, int]) -> Who:
    merchant = (item.merchant.merged_into_id or item.merchant.pk) if item.merchant else merchants.get(item.wording)
    return Who(merchant, "" if merchant else item.wording, 1 if item.amount > 0 else -1, item.currency)
