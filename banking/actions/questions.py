"""Items of the review inbox that something done elsewhere settles."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Book, User
from banking.models import ReviewItem, ReviewKind, ReviewState, Transaction
from banking.queries import matches
from journal import actions as journal
from journal.actions import Recorder

BY_HAND = "by_hand"


def drop(found: Sequence[ReviewItem], *, recorder: Recorder) -> None:
    """Delete items that nobody needs to decide any more."""
    for item in found:
        recorder.deleted(item)
    ReviewItem.objects.filter(pk__in=[item.pk for item in found]).delete()


def drop_open(*, book: Book, refund: Transaction, recorder: Recorder) -> None:
    """A person has said what this money pays back: nobody asks any more."""
    asked = ReviewItem.objects.filter(book=book, kind=ReviewKind.REFUND, state=ReviewState.OPEN, second=refund)
    drop(list(asked), recorder=recorder)


def item_of(
    *, book: Book, kind: str, first: Transaction, second: Transaction, now: datetime, recorder: Recorder
) -> ReviewItem:
    """What stands in the inbox about the two, made if nothing does."""
    item, created = ReviewItem.objects.get_or_create(
        book=book,
        kind=kind,
        key=f"{first.pk}:{second.pk}",
        defaults={
            "trace": matches.trace(kind, first, second),
            "first": first,
            "second": second,
            "day": max(first.day, second.day),
            "score": 1.0,
            "evidence": [[BY_HAND, [], 0]],
            "created_at": now,
        },
    )
    if created:
        recorder.created(item)
    return item


def reject_parted(
    *, book: Book, by: User | None, purchase: Transaction, refund: Transaction, now: datetime, recorder: Recorder
) -> None:
    """Never ask again whether the one pays the other back: a person has parted them."""
    item = item_of(book=book, kind=ReviewKind.REFUND, first=purchase, second=refund, now=now, recorder=recorder)
    before = journal.snapshot(item)
    item.state, item.undo, item.decided_by, item.decided_at = ReviewState.REJECTED, [], by, now
    item.save(update_fields=["state", "undo", "decided_by", "decided_at"])
    recorder.changed(item, before)
