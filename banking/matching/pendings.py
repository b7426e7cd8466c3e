"""Pending rows beside the booked rows that they became, where the bank gives no id that links them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from banking.matching.assignment import assigned
from banking.matching.found import Candidate, Evidence, score_of
from banking.matching.likeness import wording_of
from banking.matching.rows import Forbidden, Row, nothing

DAYS = 10
PRIOR = -3.4
LARGEST_TIP = Decimal("1.30")
TIPPED = ("FOOD_AND_DRINK", "TRANSPORTATION_TAXIS", "PERSONAL_CARE")
SOON = timedelta(minutes=5)


def pendings(rows: Iterable[Row], *, forbidden: Forbidden = nothing) -> list[Candidate]:
    """The best pairing of pending and booked rows of one account.

    A booked row that came with the same reading as the pending one is another purchase: the bank told both.
    """
    by_account: dict[int, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in rows:
        by_account[row.account.id][0 if row.pending else 1].append(row)
    return assigned(pair for waiting, booked in by_account.values() for pair in _pairs(waiting, booked, forbidden))


def _pairs(waiting: list[Row], booked: list[Row], forbidden: Forbidden) -> Iterator[Candidate]:
    by_day = defaultdict(list)
    for row in booked:
        if not row.gone and row.origin == "provider":
            by_day[row.day].append(row)
    for pending in waiting:
        for apart in range(DAYS + 1):
            for row in by_day.get(pending.paid_on + timedelta(days=apart), ()):
                if _fits(pending, row) and not forbidden(pending, row):
                    evidence = tuple(_evidence(pending, row))
                    yield Candidate("pending", pending.id, row.id, round(score_of(PRIOR, evidence), 4), evidence)


def _fits(pending: Row, row: Row) -> bool:
    if pending.currency != row.currency or (pending.amount > 0) != (row.amount > 0) or not _came_later(pending, row):
        return False
    return pending.amount == row.amount or 1 < row.amount / pending.amount <= LARGEST_TIP


def _came_later(pending: Row, row: Row) -> bool:
    if pending.seen_at is None or row.seen_at is None:
        return True
    return row.seen_at - pending.seen_at > SOON


def _evidence(pending: Row, row: Row) -> Iterator[Evidence]:
    yield wording_of(pending, row, least=-2.2)
    if pending.amount == row.amount:
        yield Evidence("same_amount", 2.4)
    else:
        more = f"{row.amount / pending.amount - 1:.0%}"
        yield Evidence("tip", 0.9 if row.code.startswith(TIPPED) or pending.code.startswith(TIPPED) else -1.0, (more,))
    yield from _of_days(pending, row)
    if pending.gone:
        yield Evidence("pending_gone", 1.6)


def _of_days(pending: Row, row: Row) -> Iterator[Evidence]:
    apart = (row.day - pending.paid_on).days
    if row.authorized_on is None:
        yield Evidence("days_apart", 0.3 - 0.2 * apart, (str(apart),))
    elif row.authorized_on == pending.paid_on:
        yield Evidence("paid_same_day", 3.2)
    else:
        yield Evidence("paid_another_day", -3.2, (row.authorized_on.isoformat(),))
