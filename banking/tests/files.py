"""Files that a person sends, lays out, brings in and takes back."""

from typing import Any

from django.utils import timezone

from accounts.models import Book, User
from banking import actions
from banking.actions import ImportAmendment, Received
from banking.actions.bringing_in import carry_out
from banking.models import Import
from journal import actions as journal


def received(book: Book, by: User, text: str | bytes, *, name: str = "bank.csv", **more: Any) -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    return actions.receive_import(book=book, by=by, file=Received(name, content, **more), now=timezone.now())


def amended(source: Import, **changes: Any) -> Import:
    wanted = ImportAmendment(**changes)
    return actions.amend_import(book=source.book, by=source.by, pk=source.pk, changes=wanted, now=timezone.now())


def brought_in(source: Import) -> Import | None:
    actions.start_import(book=source.book, by=source.by, pk=source.pk, now=timezone.now())
    return carry_out(book=source.book, import_id=source.pk, clock=timezone.now)


def taken_back(done: Import, way: str) -> None:
    """By undoing the operation ("undo") or as an import ("revert")."""
    by: dict[str, Any] = {"book": done.book, "by": done.by, "now": timezone.now()}
    if way == "undo":
        journal.undo(pk=done.operation_id, **by)
    else:
        actions.revert_import(pk=done.pk, **by)
