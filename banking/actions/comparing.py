"""What a bank's answer changes in a connection's stored rows. Reads the database once, writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from banking.models import Connection, Origin, Transaction
from banking.providers.base import Changes, TransactionFacts

BY_ID_AT_MOST = 2_000
REACHES = timedelta(days=700)
"""How far back a whole history goes at the least: banks tell two years, and need not keep more."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored row as far as the bank can change it; `gone` when the bank does not book it any more."""

    pk: int
    account: str
    day: date
    authorized_on: date | None
    amount: Decimal
    currency: str
    description: str
    pending: bool
    channel: str
    category: str
    category_confidence: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A stored row that the bank now knows under another id: a pending one that posted, or one that was renumbered."""

    pk: int
    external_id: str
    account: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`fresh` are rows to insert or update, `moves` come first, `gone` are ids of stored rows to tombstone."""

    fresh: tuple[TransactionFacts, ...]
    moves: tuple[Move, ...]
    gone: tuple[int, ...]
    days: dict[str, tuple[date, date]]


_FIELDS = (
    "external_id",
    "pk",
    "account__external_id",
    "day",
    "authorized_on",
    "amount",
    "currency",
    "description",
    "pending",
    "channel",
    "bank_category",
    "bank_category_confidence",
    "removed_at",
    "discarded",
)


def difference(
    *, connection: Connection, changes: Changes, renamed: Mapping[str, str], named: Collection[str]
) -> Difference:
    """Compare: what was added or modified last wins, then removals.

    `renamed` maps old ids of accounts to new ones, `named` are the accounts that the bank has now.
    """
    told = {row.external_id: row for row in (*changes.added, *changes.modified)}
    removed = set(changes.removed)
    told = {key: row for key, row in told.items() if key not in removed}
    stored = _stored(connection, told.values(), removed, renamed, full=changes.full)
    moves = _settled(told, stored) + _moved(told, stored)
    taken = {move.pk for move in moves}
    if changes.full:
        removed |= _left_out(told, stored, named, changes, whole=not connection.relinked)
    leaving = [(key, stored[key]) for key in sorted(removed) if key in stored and stored[key].pk not in taken]
    renumbered = _renumbered(told, stored, leaving, {move.external_id for move in moves})
    moves += renumbered
    taken |= {move.pk for move in renumbered}
    gone = [row for _, row in leaving if row.pk not in taken and not row.gone]
    fresh = [row for key, row in told.items() if key not in stored or _differs(row, stored[key])]
    by_pk = {row.pk: row for row in stored.values()}
    touched = (
        [by_pk[move.pk] for move in moves]
        + gone
        + [stored[row.external_id] for row in fresh if row.external_id in stored]
    )
    return Difference(tuple(fresh), tuple(moves), tuple(row.pk for row in gone), _days([*fresh, *touched]))


def _stored(
    connection: Connection,
    told: Iterable[TransactionFacts],
    removed: set[str],
    renamed: Mapping[str, str],
    *,
    full: bool,
) -> dict[str, Stored]:
    """The rows that could be concerned, by the bank's id; everything when the answer is the whole history."""
    rows = Transaction.objects.filter(account__connection=connection, origin=Origin.PROVIDER, part_of=None)
    wanted = removed | {row.external_id for row in told} | {row.replaces for row in told if row.replaces}
    if not full and len(wanted) <= BY_ID_AT_MOST:
        rows = rows.filter(external_id__in=wanted)
    found = rows.order_by("pk").values_list(*_FIELDS).iterator(chunk_size=5_000)
    return {str(row[0]): _row(row[1:], renamed) for row in found}


def _row(values: tuple[Any, ...], renamed: Mapping[str, str]) -> Stored:
    pk, account, day, authorized_on, amount, currency, *words, removed_at, discarded = values
    description, pending, channel, category, confidence = words
    return Stored(
        pk=pk,
        account=renamed.get(account, account),
        day=day,
        authorized_on=authorized_on,
        amount=amount,
        currency=currency,
        description=description,
        pending=pending,
        channel=channel,
        category=category,
        category_confidence=confidence,
        gone=removed_at is not None and not discarded,
    )


def _differs(told: TransactionFacts, row: Stored) -> bool:
    return row.gone or (
        row.account != told.account_id
        or row.day != told.day
        or row.authorized_on != told.authorized_on
        or row.amount != told.amount
        or row.currency != told.currency
        or row.description != told.description
        or row.pending != told.pending
        or row.channel != told.channel
        or row.category != told.category
        or row.category_confidence != told.category_confidence
    )


def _settled(told: dict[str, TransactionFacts], stored: dict[str, Stored]) -> list[Move]:
    """Pending rows whose posted one arrived: the row stays, with all that the user did to it."""
    moves, taken = [], set()
    for key, row in told.items():
        before = stored.get(row.replaces) if row.replaces else None
        if before is not None and key not in stored and before.pk not in taken and row.replaces not in told:
            taken.add(before.pk)
            moves.append(Move(before.pk, key, row.account_id))
    return moves


def _moved(told: dict[str, TransactionFacts], stored: dict[str, Stored]) -> list[Move]:
    """Rows that went to another account under the same id."""
    return [
        Move(stored[key].pk, key, row.account_id)
        for key, row in told.items()
        if key in stored and stored[key].account != row.account_id
    ]


def _left_out(
    told: dict[str, TransactionFacts],
    stored: dict[str, Stored],
    named: Collection[str],
    changes: Changes,
    *,
    whole: bool,
) -> set[str]:
    """Ids of rows that a whole history no longer has.

    A login tells at least REACHES of what it told before. One that took the place of another, or that is not complete
    yet, may reach less far back than what is stored: there only what is younger than its first row. Nothing is
    concluded about older rows, from accounts that are not named any more, nor from rows that could not be read.
    """
    first: dict[str, date] = {}
    for row in told.values():
        first[row.account_id] = min(row.day, first.get(row.account_id, row.day))
    newest = max((row.day for row in told.values()), default=None)
    reached = newest - REACHES if newest and whole and changes.complete else date.max
    since = {account: min(reached, first.get(account, date.max)) for account in named}
    missing = stored.keys() - told.keys() - set(changes.rejected)
    return {key for key in missing if stored[key].day >= since.get(stored[key].account, date.max)}


def _renumbered(
    told: dict[str, TransactionFacts], stored: dict[str, Stored], leaving: list[tuple[str, Stored]], taken: set[str]
) -> list[Move]:
    """Pair rows that left with new ones that are the same in all but the id, one to one."""
    if not leaving:
        return []
    left: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    for _, old in leaving:
        left[(old.account, old.day, old.amount, old.currency, old.description, old.pending)].append(old)
    moves = []
    for key, row in told.items():
        if key in stored or key in taken:
            continue
        same = left.get((row.account_id, row.day, row.amount, row.currency, row.description, row.pending))
        if same:
            moves.append(Move(same.pop(0).pk, key, row.account_id))
    return moves


def _days(rows: Iterable[Stored | TransactionFacts]) -> dict[str, tuple[date, date]]:
    """The first and last day touched, by the bank's id of the account."""
    days: dict[str, tuple[date, date]] = {}
    for row in rows:
        account = row.account if isinstance(row, Stored) else row.account_id
        first, last = days.get(account, (row.day, row.day))
        days[account] = (min(first, row.day), max(last, row.day))
    return days
