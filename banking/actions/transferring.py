"""Pairing two rows as a transfer by hand, and taking a pair apart."""

from datetime import datetime

from accounts.models import Book, User
from banking.actions.decisions import Decisions
from banking.actions.pairing import may_pair
from banking.actions.questions import item_of
from banking.actions.refusals import of_book
from banking.models import ReviewKind, ReviewState, Transaction, Transfer
from journal import actions as journal


def pair(*, book: Book, by: User, outgoing: Transaction, incoming: Transaction, now: datetime) -> Transfer:
    """Make the two one transfer, whatever was decided about them before; raise Refused."""
    of_book(outgoing, book=book, field="outgoing")
    of_book(incoming, book=book, field="incoming")
    may_pair(outgoing, incoming)
    with journal.operation(book=book, by=by, verb="pair", now=now) as recorder:
        sides = {"first": outgoing, "second": incoming}
        item = item_of(book=book, kind=ReviewKind.TRANSFER, now=now, recorder=recorder, **sides)
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[item])
        decisions.accept(item, ReviewState.ACCEPTED)
        decisions.write()
    return Transfer.objects.get(book=book, outgoing=outgoing)


def unpair(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """Take a transfer apart for good: its rows are filed as before. Raise Transfer.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="unpair", now=now) as recorder:
        found = Transfer.objects.select_related("outgoing", "incoming").get(book=book, pk=pk)
        sides = {"first": found.outgoing, "second": found.incoming}
        item = item_of(book=book, kind=ReviewKind.TRANSFER, now=now, recorder=recorder, **sides)
        if item.state not in {ReviewState.ACCEPTED, ReviewState.AUTO}:
            before = journal.snapshot(item)
            item.state = ReviewState.ACCEPTED
            item.save(update_fields=["state"])
            recorder.changed(item, before)
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[item])
        decisions.reject(item)
        decisions.write()
