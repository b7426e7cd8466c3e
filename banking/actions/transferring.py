"""Pairing two rows as a transfer by hand, and taking a pair apart."""

from datetime import datetime

from accounts.models import Book, User
from banking.actions.decisions import Decisions
from banking.actions.pairing import may_pair
from banking.actions.refusals import of_book
from banking.models import ReviewItem, ReviewKind, ReviewState, Transaction, Transfer
from journal import actions as journal

BY_HAND = "by_hand"


def pair(*, book: Book, by: User, outgoing: Transaction, incoming: Transaction, now: datetime) -> Transfer:
    """Make the two one transfer, whatever was decided about them before; raise Refused."""
    of_book(outgoing, book=book, field="outgoing")
    of_book(incoming, book=book, field="incoming")
    may_pair(outgoing, incoming)
    with journal.operation(book=book, by=by, verb="pair", now=now) as recorder:
        item = _item(book, outgoing, incoming, now, recorder)
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[item])
        decisions.accept(item, ReviewState.ACCEPTED)
        decisions.write()
    return Transfer.objects.get(book=book, outgoing=outgoing)


def unpair(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """Take a transfer apart for good: its rows are filed as before. Raise Transfer.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="unpair", now=now) as recorder:
        found = Transfer.objects.select_related("outgoing", "incoming").get(book=book, pk=pk)
        item = _item(book, found.outgoing, found.incoming, now, recorder)
        if item.state not in {ReviewState.ACCEPTED, ReviewState.AUTO}:
            before = journal.snapshot(item)
            item.state = ReviewState.ACCEPTED
            item.save(update_fields=["state"])
            recorder.changed(item, before)
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[item])
        decisions.reject(item)
        decisions.write()


def _item(
    book: Book, outgoing: Transaction, incoming: Transaction, now: datetime, recorder: journal.Recorder
) -> ReviewItem:
    """What stands in the inbox about the two, made if nothing does."""
    item, created = ReviewItem.objects.get_or_create(
        book=book,
        kind=ReviewKind.TRANSFER,
        key=f"{outgoing.pk}:{incoming.pk}",
        defaults={
            "first": outgoing,
            "second": incoming,
            "day": max(outgoing.day, incoming.day),
            "score": 1.0,
            "evidence": [[BY_HAND, [], 0]],
            "created_at": now,
        },
    )
    if created:
        recorder.created(item)
    return item
