"""The series of each merchant, without looking again at those of which nothing came the last time."""

from zlib import crc32

from django.core.cache import cache

from accounts.models import Book
from budgeting.queries.histories import History, Who
from budgeting.recurring import Series, detect

Histories = dict[Who, History]
Found = dict[Who, list[Series]]
VERSION = 1
"""Raise it when something else is found in the same movements."""
KEPT_SECONDS = 30 * 24 * 3600


def detected(*, book: Book, read: Histories) -> Found:
    """Only those with series are in it. What is remembered between looks are numbers made of movements in which there
    was none; where they are lost all is looked at."""
    key = f"nothing-recurs-{VERSION}-{book.pk}"
    known: frozenset[int] = cache.get(key, frozenset())
    found: Found = {}
    quiet = set()
    for who, history in read.items():
        mark = _mark(who, history)
        if mark not in known and (series := detect(list(history.movements))):
            found[who] = series
        else:
            quiet.add(mark)
    if quiet != known:
        cache.set(key, frozenset(quiet), KEPT_SECONDS)
    return found


def _mark(who: Who, history: History) -> int:
    """The same in every process: hashes of numbers are, those of texts and of None are not."""
    side = (who.merchant or 0, crc32(who.wording.encode()), who.sign, crc32(who.currency.encode()))
    return hash((side, *((each.day.toordinal(), each.amount) for each in history.movements)))
