"""What hangs on a row goes along to the one that takes its place: receipts, refunds, what is owed of it, its split."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, Owned
from banking.actions.following import follow
from banking.actions.refusals import Conflicting
from banking.models import Attachment, RefundLink, Reimbursement, Split, Transaction
from journal import actions as journal
from journal.actions import Recorder

HANGING: dict[str, tuple[type[Owned], str]] = {
    "receipt": (Attachment, "transaction"),
    "owed": (Reimbursement, "purchase"),
    "purchase": (RefundLink, "purchase"),
    "refund": (RefundLink, "refund"),
}
"""What may hang on a row, and its column that names the row."""
Moved = tuple[str, int]
"""One of HANGING, by its name and key."""


def hand_over(*, book: Book, gone: Transaction, kept: Transaction, recorder: Recorder) -> list[Moved]:
    """Give `kept` what hangs on `gone`, save a receipt that it has already; what moved. Raise Conflicting."""
    found = {name: list(_hanging(book, name, gone.pk)) for name in HANGING}
    tied = [name for name in HANGING if name != "receipt" and found[name]]
    if tied and (kept.is_split or any(_hanging(book, name, kept.pk).exists() for name in HANGING if name != "receipt")):
        raise Conflicting(_("A refund or something owed belongs to the one that goes. Take that away first."))
    there = set(_hanging(book, "receipt", kept.pk).values_list("sha256", flat=True))
    found["receipt"] = [each for each in found["receipt"] if each.sha256 not in there]
    moved = [(name, each.pk) for name, those in found.items() for each in those]
    _move(book, moved, to=kept.pk, of=gone.pk, recorder=recorder)
    return moved


def take_back(*, book: Book, gone: int, kept: int, moved: list[Moved], recorder: Recorder) -> None:
    """Give `gone` back what `hand_over` took, as far as `kept` still has it."""
    _move(book, moved, to=gone, of=kept, recorder=recorder)


def move_split(*, book: Book, of: int, to: int, now: datetime, recorder: Recorder) -> None:
    """Let the parts of a row be those of another one, which is as it will be; both rows are marked already."""
    moved: tuple[QuerySet[Any], ...] = (
        Split.objects.filter(book=book, transaction=of),
        Transaction.objects.filter(book=book, part_of=of),
    )
    for rows, column in zip(moved, ("transaction", "part_of"), strict=True):
        for row in rows.order_by("pk"):
            before = journal.snapshot(row)
            setattr(row, f"{column}_id", to)
            row.save(update_fields=[column])
            recorder.changed(row, before)
    follow(book=book, parents=[to], now=now, recorder=recorder)


def _hanging(book: Book, name: str, pk: int) -> "QuerySet[Any]":
    model, column = HANGING[name]
    return model._default_manager.filter(**{column: pk}, book=book).order_by("pk")


def _move(book: Book, moved: list[Moved], *, to: int, of: int, recorder: Recorder) -> None:
    for name, pk in moved:
        column = HANGING[name][1]
        for row in _hanging(book, name, of).filter(pk=pk):
            before = journal.snapshot(row)
            setattr(row, f"{column}_id", to)
            row.save(update_fields=[column])
            recorder.changed(row, before)
