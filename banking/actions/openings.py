"""The opening balance of a linked account: what makes its rows meet the balance that the bank reports.

A bank's balance lags behind its rows, often by a day, and its history can grow backwards. So an opening is held fast
only when two readings agree on it, moves when older rows come to light, and is set anew when the same gap has stood for
so long that no lag explains it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from django.db.models import Min

from accounts.models import Book
from banking.models import Account, AccountKind, Connection, DayTotal
from banking.queries.ledger import moved_in

STANDS_FOR = timedelta(days=2)
"""Balances are cached for about a day."""
ZERO = Decimal(0)
_FIELDS = ("opening", "opening_settled", "gap", "gap_since")


def first_days(connection: Connection) -> dict[int, date]:
    """The first day on which something moved, by account; one where nothing did is not there."""
    rows = DayTotal.objects.filter(account__connection=connection).order_by()
    return dict(rows.values_list("account_id").annotate(first=Min("day")))


def store_openings(
    *, book: Book, connection: Connection, known: Mapping[int, date], steady: bool, whole: bool, now: datetime
) -> None:
    """Let each open account's opening follow what the bank reports, or hold it and note the gap.

    `known` are the accounts' first days before this reading. `steady` says that the history was complete in this
    reading and in the one before, `whole` that no row is known to be missing. What an investment account is worth
    moves without rows, so its opening never settles.
    """
    accounts = list(Account.objects.filter(book=book, connection=connection, closed_at=None, reported__isnull=False))
    moved = moved_in(DayTotal.objects.filter(account__in=accounts))
    for account in accounts:
        before = [getattr(account, name) for name in _FIELDS]
        expected = account.reported - moved.get(account.pk, ZERO)
        if account.opening_settled:
            _follow(account, expected, known.get(account.pk), whole=whole, now=now)
        else:
            agrees = account.pk in known and account.opening == expected and account.kind != AccountKind.INVESTMENT
            _anchor(account, expected, settled=agrees and steady and whole)
        if before != [getattr(account, name) for name in _FIELDS]:
            account.save(update_fields=_FIELDS)


def anchor(*, book: Book) -> int:
    """Set the opening of every account whose rows do not meet the bank's balance; how many. Call in a transaction."""
    apart = list(Account.objects.select_for_update().filter(book=book, gap_since__isnull=False).order_by("pk"))
    moved = moved_in(DayTotal.objects.filter(account__in=apart))
    for account in apart:
        _anchor(account, account.reported - moved.get(account.pk, ZERO), settled=account.opening_settled)
        account.save(update_fields=_FIELDS)
    return len(apart)


def _follow(account: Account, expected: Decimal, first: date | None, *, whole: bool, now: datetime) -> None:
    gap = expected - account.opening
    stood = gap == account.gap and account.gap_since is not None and account.gap_since <= now - STANDS_FOR
    if gap == ZERO or _is_older_history(account, gap, first) or (stood and whole):
        _anchor(account, expected, settled=True)
    elif gap != account.gap or account.gap_since is None:
        account.gap, account.gap_since = gap, now


def _is_older_history(account: Account, gap: Decimal, first: date | None) -> bool:
    """Whether the gap is what older rows, that came to light before the first day known until now, add up to."""
    rows = DayTotal.objects.filter(account=account, day__lt=first or date.max).order_by("day")
    return -gap in accumulate(rows.values_list("amount", flat=True))


def _anchor(account: Account, opening: Decimal, *, settled: bool) -> None:
    account.opening, account.opening_settled = opening, settled
    account.gap, account.gap_since = ZERO, None
