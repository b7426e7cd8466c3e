"""Looking for matches among what is new, for the review inbox; what is sure enough is accepted at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import Avg, Case, CharField, F, Max, Q, QuerySet, Value, When

from accounts.books import entered
from accounts.models import Book
from banking import matching
from banking.actions.decisions import Decisions
from banking.actions.locking import looking_for_matches
from banking.actions.questions import drop
from banking.actions.reviewing import MOST_ITEMS, accept_alone
from banking.matching import Candidate
from banking.models import (
    EvidenceSource,
    MatchProgress,
    ReviewItem,
    ReviewKind,
    ReviewState,
    Transaction,
    Transfer,
)
from banking.queries import matches
from banking.queries import review as queries
from banking.queries.filtering import matching as transactions_matching
from banking.queries.matches import Span
from journal import actions as journal

MOST_GROUPS = 2_000
CURRENT = ("trace", "day", "score", "sure", "evidence")
"""What an open question says of its rows as they are."""
MANY = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """How many things came to the inbox, and how many of them were accepted alone."""

    new: int
    accepted: int


Rows = dict[int, matching.Row]
Group = tuple[int, int | None, str, int, date, float]
"""Suggestion, merchant, wording where there is no merchant; the newest row, its day, and how sure."""


def find_matches(*, book: Book, now: datetime) -> Found:
    """Look through the days in which something is new; what was decided before never comes again. Raise Busy.

    Each span of days is read and compared outside of a writing transaction and stored in one of its own.
    """
    new = accepted = 0
    with looking_for_matches(book.pk):
        with entered(book):
            newest, spans = matches.newest_id(book=book), matches.spans(book=book, today=book.today(now))
            _release_broken(book, now)
        for span in spans:
            with entered(book):
                found, rows, traces = _search(book, span)
                items = _store(book, span, found, rows, traces, now)
                alone = _sure_enough(book, items, found, rows)
                new += len(items)
                accepted += _accept(book, alone, now)
        with entered(book):
            new += _store_groups(book, now)
            MatchProgress.objects.update_or_create(book=book, defaults={"last_id": newest})
    return Found(new, accepted)


def _accept(book: Book, items: Sequence[ReviewItem], now: datetime) -> int:
    batches = [items[start : start + MOST_ITEMS] for start in range(0, len(items), MOST_ITEMS)]
    return sum(accept_alone(book=book, found=batch, now=now) for batch in batches)


def forget_matches(*, book: Book, rows: QuerySet[Transaction]) -> None:
    """Erase what was found about these rows and what was decided, with what the journal kept of it."""
    pairs = Transfer.objects.filter(Q(outgoing__in=rows) | Q(incoming__in=rows), book=book)
    items = ReviewItem.objects.filter(Q(first__in=rows) | Q(second__in=rows), book=book)
    journal.forget(book=book, rows=(pairs, items))
    pairs.delete()
    items.delete()


def _search(book: Book, span: Span) -> tuple[list[Candidate], Rows, dict[tuple[str, str], str]]:
    accounts, known = matches.accounts_of(book=book), matches.known(book=book, span=span)
    rows = matches.rows_in(book=book, span=span, accounts=accounts)
    whole = [row for row in rows if not row.is_part]
    free = [row for row in rows if row.id not in known.paired and not row.is_split]
    waiting = [row for row in whole if row.id not in known.settled.get(ReviewKind.PENDING, ())]
    bought = matches.purchases_of(book=book, rows=free, accounts=accounts)
    bought = [row for row in bought if row.id not in known.settled.get(ReviewKind.REFUND, ()) and not row.is_split]
    known.back = matches.back_of(book=book, purchases=[row.id for row in bought if row.amount < 0])
    found = [
        *matching.transfers(free, rates=matches.rates(book=book), forbidden=known.forbids("transfer")),
        *matching.pendings(waiting, forbidden=known.forbids("pending")),
        *matching.duplicates(whole, forbidden=known.forbids("duplicate")),
        *matching.refunds(bought, forbidden=known.forbids("refund")),
    ]
    by_id = {row.id: row for row in (*bought, *rows)}
    inside = [pair for pair in found if _is_inside(pair, by_id, span)]
    traces = {(p.kind, _key(p)): matches.trace(p.kind, by_id[p.first], by_id[p.second]) for p in inside}
    return inside, by_id, traces


def _is_inside(pair: Candidate, rows: Rows, span: Span) -> bool:
    """Whether everything that might be said against the pair was read."""
    days = [rows[pair.second].day] if pair.kind == ReviewKind.REFUND else [rows[pair.first].day, rows[pair.second].day]
    return span.start <= min(days) and max(days) < span.end


def _key(pair: Candidate) -> str:
    return f"{pair.first}:{pair.second}"


def _store(
    book: Book,
    span: Span,
    found: Sequence[Candidate],
    rows: Rows,
    traces: dict[tuple[str, str], str],
    now: datetime,
) -> list[ReviewItem]:
    """Make an item of each pair that has none, drop the open ones that are none any more; the new ones."""
    there = ReviewItem.objects.filter(book=book).exclude(kind=ReviewKind.CATEGORY)
    known = _there(book, [_key(pair) for pair in found])
    fresh = [pair for pair in found if (pair.kind, _key(pair)) not in known]
    asked = {(pair.kind, _key(pair)): pair for pair in found}
    made = [_item(book, pair, rows, traces[pair.kind, _key(pair)], now) for pair in fresh]
    with journal.operation(book=book, by=None, verb="find_matches", now=now) as recorder:
        for item in ReviewItem.objects.bulk_create(made, batch_size=500):
            recorder.created(item)
        whole = Q(first__day__gte=span.start) | Q(kind=ReviewKind.REFUND)
        inside = {"day__gte": span.start, "day__lt": span.end, "second__day__lt": span.end}
        standing = there.filter(whole, state=ReviewState.OPEN, **inside)
        drop([each for each in standing if (each.kind, each.key) not in asked], recorder=recorder)
        for item in standing:
            if pair := asked.get((item.kind, item.key)):
                _say_anew(item, _item(book, pair, rows, traces[pair.kind, item.key], now), recorder)
    return made


def _say_anew(item: ReviewItem, now_is: ReviewItem, recorder: journal.Recorder) -> None:
    """A question that is open still says what speaks for it now: a bank may have changed a row since."""
    before = journal.snapshot(item)
    for name in CURRENT:
        setattr(item, name, getattr(now_is, name))
    if journal.snapshot(item) != before:
        item.save(update_fields=CURRENT)
        recorder.changed(item, before)


def _there(book: Book, keys: Sequence[str]) -> set[tuple[str, str]]:
    """The matters among these that have an item, whatever became of it."""
    parts = [keys[start : start + MANY] for start in range(0, len(keys), MANY)]
    found = (ReviewItem.objects.filter(book=book, key__in=part).values_list("kind", "key") for part in parts)
    return {matter for part in found for matter in part}


def _item(book: Book, pair: Candidate, rows: Rows, trace: str, now: datetime) -> ReviewItem:
    return ReviewItem(
        book=book,
        kind=pair.kind,
        key=_key(pair),
        trace=trace,
        first_id=pair.first,
        second_id=pair.second,
        day=max(rows[pair.first].day, rows[pair.second].day),
        score=pair.score,
        sure=pair.sure,
        evidence=[[each.code, list(each.values), round(each.weight, 2)] for each in pair.evidence],
        created_at=now,
    )


def _sure_enough(book: Book, items: Sequence[ReviewItem], found: Sequence[Candidate], rows: Rows) -> list[ReviewItem]:
    """Of the new items those that a machine may accept, as the person has set it."""
    may, pairs = queries.automatic(book=book), {(pair.kind, _key(pair)): pair for pair in found}
    return [
        item
        for item in items
        if pairs[item.kind, item.key].is_automatic
        and item.kind in may
        and may[item.kind].allows(rows[item.first_id].account.id, rows[item.second_id or 0].account.id)
    ]


def _release_broken(book: Book, now: datetime) -> None:
    """Take transfers apart of which a side has gone or changed its amount; what is left is filed as before.

    Nobody rejected them: should the sides fit again, they may be found again.
    """
    gone = Q(outgoing__removed_at__isnull=False) | Q(incoming__removed_at__isnull=False)
    changed = Q(outgoing__currency=F("incoming__currency")) & ~Q(sum=0)
    pairs = Transfer.objects.filter(book=book).annotate(sum=F("outgoing__amount") + F("incoming__amount"))
    broken = list(pairs.filter(gone | changed).values_list("outgoing_id", "incoming_id"))
    keys = [f"{outgoing}:{incoming}" for outgoing, incoming in broken]
    items = ReviewItem.objects.filter(book=book, kind=ReviewKind.TRANSFER, key__in=keys)
    found = list(items.select_related("first", "second").order_by("pk")[:MOST_ITEMS])
    if not found:
        return
    with journal.operation(book=book, by=None, verb="unpair", now=now) as recorder:
        decisions = Decisions(book=book, by=None, now=now, recorder=recorder, found=found)
        for item in found:
            decisions.withdraw(item)
        decisions.write()


def _store_groups(book: Book, now: datetime) -> int:
    """One item for each merchant (or wording) and category that the categoriser was not sure of; how many are new."""
    groups = {_group_key(*group[:3]): group for group in _groups(book)}
    there = {item.key: item for item in ReviewItem.objects.filter(book=book, kind=ReviewKind.CATEGORY)}
    new = [_group_item(book, key, group, now) for key, group in groups.items() if key not in there]
    over = [item for key, item in there.items() if key not in groups and item.state == ReviewState.OPEN]
    with journal.operation(book=book, by=None, verb="find_matches", now=now) as recorder:
        for item in ReviewItem.objects.bulk_create(new, batch_size=500):
            recorder.created(item)
        drop(over, recorder=recorder)
        for key in groups.keys() & there.keys():
            _renew(there[key], groups[key], recorder)
    return len(new)


def _renew(item: ReviewItem, group: Group, recorder: journal.Recorder) -> None:
    """An accepted group for which new rows wait is open again; a rejected one stays rejected."""
    if item.state not in {ReviewState.OPEN, ReviewState.ACCEPTED}:
        return
    before = journal.snapshot(item)
    _suggestion, _merchant, _text, item.first_id, item.day, item.score = group
    if item.state == ReviewState.ACCEPTED:
        item.state, item.undo, item.decided_by, item.decided_at = ReviewState.OPEN, [], None, None
    if journal.snapshot(item) != before:
        item.save()
        recorder.changed(item, before)


def _groups(book: Book) -> Iterator[Group]:
    text = Case(When(merchant=None, then=F("description")), default=Value(""), output_field=CharField())
    rows = transactions_matching(book=book).filter(
        category_source=EvidenceSource.NONE, suggestion__isnull=False, suggestion__archived_at=None
    )
    grouped = rows.order_by().annotate(text=text).values("suggestion_id", "merchant_id", "text")
    found = grouped.annotate(newest=Max("pk"), last=Max("day"), score=Avg("confidence")).order_by("-last", "-newest")
    yield from found.values_list("suggestion_id", "merchant_id", "text", "newest", "last", "score")[:MOST_GROUPS]


def _group_key(suggestion: int, merchant: int | None, text: str) -> str:
    named = f"m{merchant}" if merchant else f"d{sha256(text.encode()).hexdigest()[:32]}"
    return f"{named}:{suggestion}"


def _group_item(book: Book, key: str, group: Group, now: datetime) -> ReviewItem:
    suggestion, merchant, _text, newest, last, score = group
    return ReviewItem(
        book=book,
        kind=ReviewKind.CATEGORY,
        key=key,
        first_id=newest,
        merchant_id=merchant,
        suggestion_id=suggestion,
        day=last,
        score=score,
        evidence=[],
        created_at=now,
    )
