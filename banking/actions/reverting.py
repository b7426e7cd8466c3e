"""Taking a whole import back: exactly what it made goes, and nothing that somebody has changed since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Book, User
from banking import totals
from banking.actions.refusals import Conflicting
from banking.actions.reviewing import MOST_ITEMS, Decisions
from banking.models import (
    Account,
    Attachment,
    Category,
    Import,
    RefundLink,
    Reimbursement,
    ReviewItem,
    ReviewState,
    Split,
    Tag,
    Transaction,
    TransactionTag,
    Transfer,
)
from journal import actions as journal
from journal import bulk, uses
from journal.actions import Recorder
from journal.effects import restored
from journal.models import Change

NAMED, BATCH = 3, 20_000
FOUND_OUT: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ReviewItem, ("first", "second")),
    (Transfer, ("outgoing", "incoming")),
    (Split, ("transaction",)),
)
ADDED_BY_PEOPLE: tuple[tuple[Any, str], ...] = (
    (Attachment, "transaction"),
    (Reimbursement, "purchase"),
    (RefundLink, "purchase"),
    (RefundLink, "refund"),
)
"""What hangs on a transaction: the model and its columns that refer to it."""


def revert_import(*, book: Book, by: User, pk: int, now: datetime) -> Import:
    """Delete the rows that the import made, and the accounts, tags and categories that it made for them.

    One of these that something else uses by now, or that was changed, stays. Raise Import.DoesNotExist, or
    Conflicting, naming some of them, where rows were changed since.
    """
    with journal.operation(book=book, by=by, verb="revert_import", now=now) as recorder:
        source = Import.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        if source.status != Import.Status.DONE or source.operation_id is None:
            raise Conflicting(_("Only what was brought in can be taken back."))
        before = journal.snapshot(source)
        made = dict(_changes(source, Transaction._meta.label).values_list("key", "after"))
        rows = Transaction.objects.filter(book=book, pk__in=_keys(source, Transaction._meta.label))
        account_ids = list(rows.order_by().values_list("account_id", flat=True).distinct())
        found = _found_alone(book, rows)
        others = {pk for each in found for pk in (each.first.account_id, each.second and each.second.account_id) if pk}
        totals.lock(book=book, account_ids=others.union(account_ids))
        for start in range(0, len(found), MOST_ITEMS):
            _withdraw(book, found[start : start + MOST_ITEMS], recorder, now)
        _must_stand(rows, made)
        spans = list(rows.order_by().values_list("account_id").annotate(Min("day"), Max("day")))
        _give_back(book, rows, account_ids, recorder)
        recorder.noted_many(Transaction._meta.label, ((key, stood, None) for key, stood in bulk.snapshots(rows)))
        _part(book, rows, recorder)
        _delete(book, rows, recorder)
        for account_id, first, last in spans:
            totals.refresh(book=book, account_ids=[account_id], start=first, end=last)
        _close(book, source, recorder)
        _unmake(source, recorder)
        _archive_again(source, recorder)
        source.status, source.finished_at = Import.Status.REVERTED, now
        source.save(update_fields=["status", "finished_at"])
        recorder.changed(source, before)
    return source


def _changes(source: Import, label: str) -> QuerySet[Change]:
    return Change.objects.filter(book=source.book_id, operation=source.operation_id, model=label, before__isnull=True)


def _keys(source: Import, label: str) -> QuerySet[Change, Any]:
    return _changes(source, label).order_by().values("key")


def _found_alone(book: Book, rows: QuerySet[Transaction]) -> list[ReviewItem]:
    """What the application accepted about the rows without asking."""
    about = Q(first__in=rows) | Q(second__in=rows)
    return list(ReviewItem.objects.filter(about, book=book, state=ReviewState.AUTO).select_related("first", "second"))


def _withdraw(book: Book, found: Sequence[ReviewItem], recorder: Recorder, now: datetime) -> None:
    """It stands in nobody's way, and rows of others that it is about are as they were before."""
    decisions = Decisions(book=book, by=None, now=now, recorder=recorder, found=found)
    for each in found:
        decisions.withdraw(each)
    decisions.write()


def _must_stand(rows: QuerySet[Transaction], made: Mapping[int, Any]) -> None:
    """Refuse where a row is not as the import left it; one that is gone is gone already."""
    changed = {key for key, now_is in bulk.snapshots(rows) if now_is != made[key]}
    for model, name in ADDED_BY_PEOPLE:
        changed |= set(model._base_manager.filter(**{f"{name}__in": rows}).values_list(name, flat=True))
    if not changed:
        return
    named = Transaction.objects.filter(pk__in=sorted(changed)[:NAMED]).order_by("-day", "-id")
    examples = "; ".join(f"{row.day:%Y-%m-%d} {row.description[:40]} {row.amount} {row.currency}" for row in named)
    message = ngettext(
        "%(count)d of its transactions was changed since: %(examples)s. Nothing was taken back.",
        "%(count)d of its transactions were changed since, among them %(examples)s. Nothing was taken back.",
        len(changed),
    )
    raise Conflicting(message % {"count": len(changed), "examples": examples})


def _give_back(book: Book, rows: QuerySet[Transaction], account_ids: list[int], recorder: Recorder) -> None:
    """The opening of a linked account, which gave way to the rows."""
    linked = Account.objects.filter(book=book, pk__in=account_ids).exclude(connection=None)
    for account in linked:
        same = rows.filter(account=account, currency=account.currency, part_of=None)
        before = journal.snapshot(account)
        account.opening += same.aggregate(moved=Sum("amount"))["moved"] or Decimal(0)
        account.save(update_fields=["opening"])
        recorder.changed(account, before)


def _part(book: Book, rows: QuerySet[Transaction], recorder: Recorder) -> None:
    """Take away what the machine found out about them: pairs, and questions in the inbox."""
    for model, names in FOUND_OUT:
        about = Q(*((f"{name}__in", rows) for name in names), _connector=Q.OR)
        found = model._base_manager.filter(about, book=book)
        recorder.noted_many(model._meta.label, ((key, stood, None) for key, stood in bulk.snapshots(found)))
        found._raw_delete(found.db)


def _delete(book: Book, rows: QuerySet[Transaction], recorder: Recorder) -> None:
    """Set-wise: a cascade through the ORM would load every row. Tags and splits go by key: nested it takes minutes."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    for model in (TransactionTag, Split):
        for start in range(0, len(keys), BATCH):
            some = model._base_manager.filter(book=book, transaction__in=keys[start : start + BATCH])
            recorder.noted_many(model._meta.label, ((key, stood, None) for key, stood in bulk.snapshots(some)))
            some._raw_delete(some.db)
    rows._raw_delete(rows.db)  # what delete() does where nothing cascades


def _close(book: Book, source: Import, recorder: Recorder) -> None:
    """The accounts that were opened for it and hold nothing else."""
    opened = Account.objects.filter(Q(transactions=None), book=book, pk__in=_keys(source, Account._meta.label))
    for account in opened:
        recorder.deleted(account)
        account.delete()


def _unmake(source: Import, recorder: Recorder) -> None:
    """The tags and categories that it made, as they were made, and that nothing uses any more."""
    for model in (Tag, Category):
        label, made = model._meta.label, dict(_changes(source, model._meta.label).values_list("key", "after"))
        rows = model._base_manager.filter(book=source.book_id, pk__in=list(made))
        there = {key: now_is for key, now_is in bulk.snapshots(rows) if now_is == made[key]}
        going = uses.unused(model, sorted(there))
        recorder.noted_many(label, ((key, there[key], None) for key in going))
        rows = rows.filter(pk__in=going)
        rows._raw_delete(rows.db)  # nothing refers to them


def _archive_again(source: Import, recorder: Recorder) -> None:
    """The categories that it brought back."""
    changes = Change.objects.filter(book=source.book_id, operation=source.operation_id, model=Category._meta.label)
    was = {each.key: restored(Category, each.before).archived_at for each in changes if each.before is not None}
    for category in Category.objects.filter(book=source.book_id, pk__in=list(was), archived_at=None).order_by("pk"):
        before = journal.snapshot(category)
        category.archived_at = was[category.pk]
        category.save(update_fields=["archived_at"])
        recorder.changed(category, before)
