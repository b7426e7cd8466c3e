"""Looking for what comes again; what a person decided or changed stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from accounts.books import entered
from accounts.models import Book
from banking.actions.locking import looking_for_recurring
from banking.categoriser import display_name
from banking.models import Account
from banking.money import places_of
from budgeting.actions.detected import Found, Histories, detected
from budgeting.items import ItemSource, ItemState, RecurringItem
from budgeting.queries.histories import History, Who, histories, known_by
from budgeting.queries.recurring import is_alike
from budgeting.recurring import Frequency, Movement, Series, grace_of
from journal import actions as journal

FAR = 9


@dataclass(frozen=True, slots=True)
class Search:
    """How many were suggested, and how many are suggested no longer."""

    new: int
    gone: int


def find_recurring(*, book: Book, now: datetime) -> Search:
    """Suggest what comes again in the last three years, and follow what is known. Raise Busy.

    It reads and computes outside of the transaction that writes. A second look at the same rows changes nothing.
    """
    today = book.today(now)
    with looking_for_recurring(book.pk):
        with entered(book):
            read = histories(book=book, today=today)
        found = detected(book=book, read=read)
        with entered(book):
            return _store(book, read, found, today, now)


def learned_from(book: Book, accounts: "QuerySet[Account]") -> "QuerySet[RecurringItem]":
    """What was found in these accounts; what somebody typed in stays."""
    return RecurringItem.objects.filter(book=book, source=ItemSource.FOUND, account__in=accounts)


def _store(book: Book, read: Histories, found: Found, today: date, now: datetime) -> Search:
    new = gone = 0
    with journal.operation(book=book, by=None, verb="find_recurring", now=now) as recorder:
        there = _there(book)
        for who in {**found, **there}:
            series, items = found.get(who, []), there.get(who, [])
            pairs = _paired(items, series)
            for item in items:
                paired = series[pairs[item.pk]] if item.pk in pairs else None
                gone += not _kept(item, who, paired, read.get(who), today, recorder)
            for at, each in enumerate(series):
                if at not in pairs.values() and not each.has_ended(today):
                    recorder.created(_suggest(book, who, each, read[who], today, now))
                    new += 1
    return Search(new, gone)


def _there(book: Book) -> dict[Who, list[RecurringItem]]:
    rows = RecurringItem.objects.select_for_update(of=("self",)).select_related("merchant")
    standing = list(rows.filter(book=book).order_by("pk"))
    whom = known_by(book=book, items=standing)
    there: dict[Who, list[RecurringItem]] = {}
    for item in standing:
        there.setdefault(whom[item.pk], []).append(item)
    return there


def _kept(
    item: RecurringItem,
    who: Who,
    series: Series | None,
    history: History | None,
    today: date,
    recorder: journal.Recorder,
) -> bool:
    """Bring it up to date. A suggestion that is no series any more goes, unless a person changed it."""
    before = journal.snapshot(item)
    if series is not None and history is not None:
        _renew(item, who, series, history, today)
    elif item.state == ItemState.SUGGESTED and item.source == ItemSource.FOUND and not item.edited:
        recorder.deleted(item)
        item.delete()
        return False
    elif history is not None:
        _follow(item, history.movements)
    if journal.snapshot(item) != before:
        item.save()
        recorder.changed(item, before)
    return True


def _paired(items: Sequence[RecurringItem], series: Sequence[Series]) -> dict[int, int]:
    """Which series each item is, by its key: the one with its last movement, else one like it."""
    ranked = [
        (rank, abs(each.amount - item.amount), item.pk, at)
        for item in items
        for at, each in enumerate(series)
        if (rank := _rank(item, each)) < FAR
    ]
    found: dict[int, int] = {}
    for _, _, pk, at in sorted(ranked):
        if pk not in found and at not in found.values():
            found[pk] = at
    return found


def _rank(item: RecurringItem, series: Series) -> int:
    if any((each.day, each.amount) == (item.last_on, item.last_amount) for each in series.movements):
        return 0
    same, alike = item.frequency == series.frequency, is_alike(item.amount, series.amount)
    if same and alike:
        return 1
    return 2 if alike else 3 if same and item.state == ItemState.IGNORED else FAR


def _suggest(book: Book, who: Who, series: Series, history: History, today: date, now: datetime) -> RecurringItem:
    item = RecurringItem(book=book, wording=who.wording, name=display_name(who.wording)[:120], created_at=now)
    item.currency, item.amount = who.currency, series.amount
    _renew(item, who, series, history, today)
    item.save()
    return item


def _renew(item: RecurringItem, who: Who, series: Series, history: History, today: date) -> None:
    """Say what the series says, save in what a person set."""
    last = series.movements[-1]
    seen = history.seen[int(str(last.key))]
    item.last_on, item.last_amount = last.day, last.amount
    item.price_before, item.price_after, item.price_on = series.price or (None, None, None)
    if who.merchant is not None and item.merchant_id is None:
        item.merchant_id = who.merchant
    if "amount" not in item.edited:
        item.amount = _rounded(series.amount, item)
    if "account" not in item.edited:
        item.account_id = seen.account
    if "category" not in item.edited:
        item.category_id = seen.category
    if "rhythm" in item.edited:
        _advance(item, last.day)
    else:
        item.follow(series.rhythm)
        item.next_on = series.next_on
    _live_or_end(item, ended=series.has_ended(today))


def _rounded(amount: Decimal, item: RecurringItem) -> Decimal:
    """A median of two may lie between two cents; what is not nothing stays so."""
    rounded: Decimal = round(amount, places_of(item.currency))
    return rounded or amount


def _live_or_end(item: RecurringItem, *, ended: bool) -> None:
    """What stopped coming has ended, and lives again should it come again, unless a person said so."""
    if "state" in item.edited:
        return
    if ended and item.state == ItemState.CONFIRMED:
        item.state = ItemState.ENDED
    elif not ended and item.state == ItemState.ENDED:
        item.state = ItemState.CONFIRMED


def _follow(item: RecurringItem, movements: Iterable[Movement]) -> None:
    """An item that is in no series yet: it has been seen where a movement lies on one of its days."""
    grace = grace_of(Frequency(item.frequency))
    for each in movements:
        slot = item.rhythm.slot(each.day)
        on_its_day = abs((each.day - item.rhythm.day(slot)).days) <= grace
        newer = item.last_on is None or each.day > item.last_on
        if newer and on_its_day and is_alike(each.amount, item.amount):
            item.last_on, item.last_amount = each.day, each.amount
            _advance(item, each.day)


def _advance(item: RecurringItem, day: date) -> None:
    """Expect it next after the day on which it was seen, never earlier than now."""
    slot = item.rhythm.slot(day)
    if abs((day - item.rhythm.day(slot)).days) <= grace_of(Frequency(item.frequency)):
        item.next_on = max(item.next_on, item.rhythm.day(slot + 1))
