"""Choosing how a book plans."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Refused
from budgeting.models import BudgetMode, Mode
from journal import actions as journal


def choose_mode(*, book: Book, by: User | None, mode: str, now: datetime) -> BudgetMode:
    """Plan with limits or with envelopes from now on; no budget changes. Raise Refused."""
    if mode not in Mode.values:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Mode.values)}, field="mode")
    with journal.operation(book=book, by=by, verb="choose_mode", now=now) as recorder:
        Book.objects.select_for_update().get(pk=book.pk)
        row = BudgetMode.objects.filter(book=book).first()
        if row is None:
            row = BudgetMode.objects.create(book=book, mode=mode)
            recorder.created(row)
            return row
        before = journal.snapshot(row)
        row.mode = mode
        row.save(update_fields=["mode"])
        recorder.changed(row, before)
    return row


def locked_mode(book: Book) -> str:
    """How the book plans. Until the transaction ends nobody else gives out what is to assign."""
    row = BudgetMode.objects.select_for_update().filter(book=book).first()
    return row.mode if row else Mode.LIMITS
