"""One movement that is there twice. Two purchases that look the same are two, unless something says otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from banking.matching import wording
from banking.matching.assignment import assigned
from banking.matching.found import Candidate, Evidence, score_of
from banking.matching.likeness import wording_of
from banking.matching.rows import Forbidden, Row, nothing

DAYS = 4
PRIOR = -3.0
LATE = timedelta(days=5)


def duplicates(rows: Iterable[Row], *, forbidden: Forbidden = nothing) -> list[Candidate]:
    """Rows of one account and amount that may be one movement: each occurrence is paired once.

    One entered by hand or imported beside the bank's own; or two of the bank's with the same reference, or of which one
    came long after its day although the other was there.
    """
    groups: dict[tuple[int, str, Decimal], list[Row]] = defaultdict(list)
    for row in rows:
        if not row.pending and not row.gone:
            groups[row.account.id, row.currency, row.amount].append(row)
    return assigned(pair for group in groups.values() if len(group) > 1 for pair in _pairs(group, forbidden))


def _pairs(group: list[Row], forbidden: Forbidden) -> Iterator[Candidate]:
    ordered = sorted(group, key=lambda row: (row.origin != "provider", row.id))
    for place, kept in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if abs((kept.day - other.day).days) <= DAYS and not forbidden(kept, other):
                yield from _candidate(kept, other)


def _candidate(kept: Row, other: Row) -> Iterator[Candidate]:
    origins = Evidence("other_origin", 2.6) if kept.origin != other.origin else None
    reason = origins or _of_one_origin(kept, other)
    if reason is None:
        return
    evidence = (
        reason,
        Evidence("same_amount", 0.6),
        wording_of(kept, other, least=-1.8),
        _of_days(kept, other),
    )
    yield Candidate("duplicate", kept.id, other.id, round(score_of(PRIOR, evidence), 4), evidence)


def _of_one_origin(kept: Row, other: Row) -> Evidence | None:
    """What makes two alike rows of one source more than two alike purchases; never enough for a machine alone."""
    one, two = (set(wording.REFERENCE.findall(row.description.upper())) for row in (kept, other))
    if shared := one & two:
        return Evidence("same_reference", 0.2, (min(shared),))
    if kept.day == other.day and kept.seen_at and other.seen_at and kept.description == other.description:
        early, late = sorted((kept.seen_at, other.seen_at))
        if late - early > LATE and late.date() - kept.day > LATE:
            return Evidence("came_late", -0.8, (late.date().isoformat(),))
    return None


def _of_days(kept: Row, other: Row) -> Evidence:
    apart = abs((kept.day - other.day).days)
    if apart == 0:
        return Evidence("same_day", 1.8)
    if other.day in (kept.day, kept.authorized_on):
        return Evidence("paid_same_day", 1.6)
    return Evidence("days_apart", 0.6 - 0.5 * apart, (str(apart),))
