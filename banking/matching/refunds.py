"""Money that came back from a merchant, beside the purchase that it belongs to."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_FLOOR

from banking.matching import wording
from banking.matching.assignment import assigned
from banking.matching.found import Candidate, Evidence, score_of
from banking.matching.rows import Forbidden, Row, nothing

DAYS = 120
PRIOR = -2.4
MOST = 40
"""Purchases that one refund is compared with, the latest first."""


def refunds(rows: Iterable[Row], *, forbidden: Forbidden = nothing) -> list[Candidate]:
    """The best pairing of money in from a merchant with money out to the same one before it, whole or in part."""
    booked = [row for row in rows if row.merchant and not row.pending and not row.gone]
    purchases: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(booked, key=lambda each: (each.day, each.id)):
        if row.amount < 0 and row.kind != "transfer":
            purchases[row.merchant, row.currency].append(row)
    back = [row for row in booked if row.amount > 0 and row.kind != "transfer"]
    return assigned(
        pair for row in back for pair in _pairs(row, purchases.get((row.merchant, row.currency), []), forbidden)
    )


def _pairs(refund: Row, purchases: list[Row], forbidden: Forbidden) -> Iterator[Candidate]:
    end = bisect_left(purchases, refund.day + timedelta(days=1), key=lambda row: row.day)
    start = bisect_left(purchases, refund.day - timedelta(days=DAYS), key=lambda row: row.day)
    for purchase in purchases[max(start, end - MOST) : end]:
        if refund.amount <= -purchase.amount and not forbidden(purchase, refund):
            evidence = tuple(_evidence(purchase, refund))
            yield Candidate("refund", purchase.id, refund.id, round(score_of(PRIOR, evidence), 4), evidence)


def _evidence(purchase: Row, refund: Row) -> Iterator[Evidence]:
    yield Evidence("same_merchant", 1.2)
    if refund.amount == -purchase.amount:
        yield Evidence("whole_amount", 2.4)
    else:
        share = (refund.amount / -purchase.amount * 100).to_integral_value(ROUND_FLOOR)
        yield Evidence("part_amount", 0.2, (f"{share}%",))
    if found := wording.REFUND.search(refund.description):
        yield Evidence("says_refund", 1.6, (found[0],))
    if refund.account.id == purchase.account.id:
        yield Evidence("same_account", 0.5)
    apart = (refund.day - purchase.day).days
    yield Evidence("days_apart", 0.8 - apart / 40, (str(apart),))
    if refund.kind == "income" and refund.firm:
        yield Evidence("in_filed_otherwise", -2.0)
