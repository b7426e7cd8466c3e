"""Taking a whole import back: exactly what it made goes, and nothing that somebody has changed since."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Book, User
from banking import totals
from banking.actions.decisions import Decisions
from banking.actions.refunding import refund_accounts
from banking.actions.refusals import Conflicting
from banking.actions.reviewing import MOST_ITEMS
from banking.models import (
    Account,
    Attachment,
    Category,
    Import,
    Merchant,
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
from journal.actions import CannotUndo, Recorder
from journal.effects import restored
from journal.models import Change, Operation
from journal.queries import changed_since

NAMED, BATCH = 3, 20_000
HANGING: tuple[tuple[QuerySet[Any], tuple[str, ...]], ...] = (
    (ReviewItem._base_manager.all(), ("first", "second")),
    (Transfer._base_manager.all(), ("outgoing", "incoming")),
    (Split._base_manager.all(), ("transaction",)),
    (TransactionTag._base_manager.all(), ("transaction",)),
    (Attachment._base_manager.exclude(removed_at=None), ("transaction",)),
)
"""What goes with a transaction, and its columns that refer to it."""
ADDED_BY_PEOPLE: tuple[tuple[QuerySet[Any], str], ...] = (
    (Attachment._base_manager.filter(removed_at=None), "transaction"),
    (Reimbursement._base_manager.all(), "purchase"),
    (RefundLink._base_manager.all(), "purchase"),
    (RefundLink._base_manager.all(), "refund"),
)
"""What stands in the way, and its column that refers to a transaction."""
Keys = Sequence[int]


def revert_import(*, book: Book, by: User, pk: int, now: datetime) -> Import:
    """Undo the operation that brought the file in, as Activity does; the import.

    Raise Import.DoesNotExist, or Conflicting, naming some of them, where rows were changed since.
    """
    source = Import.objects.get(book=book, pk=pk)
    if source.status != Import.Status.DONE or source.operation_id is None:
        raise Conflicting(_("Only what was brought in can be taken back."))
    try:
        journal.undo(book=book, by=by, pk=source.operation_id, now=now)
    except CannotUndo as reason:
        raise Conflicting(str(reason)) from reason
    source.refresh_from_db()
    return source


def take_back_import(original: Operation, now: datetime) -> None:
    """The way in which the operation of an import is undone: what it made goes, with what the application found in it.

    That are its rows, and the accounts, merchants, tags and categories that it made for them; one of these that
    something else uses by now, or that was changed, stays. Raise CannotUndo.
    """
    book = original.book
    with journal.operation(book=book, by=None, verb="undo", now=now) as recorder:  # part of the undo
        source = Import.objects.select_for_update(of=("self",)).filter(book=book, operation=original).first()
        if source is None or source.status != Import.Status.DONE:
            raise CannotUndo(_("Only what was brought in can be taken back."))
        before = journal.snapshot(source)
        made = dict(_changes(source, Transaction._meta.label).values_list("key", "after"))
        batches = [list(made)[start : start + BATCH] for start in range(0, len(made), BATCH)]
        found = list({item.pk: item for keys in batches for item in _found_alone(book, keys)}.values())
        spans = _spans(book, batches)
        others = {pk for each in found for pk in (each.first.account_id, each.second and each.second.account_id) if pk}
        totals.lock(book=book, account_ids=others.union(spans, refund_accounts(book=book)))
        for start in range(0, len(found), MOST_ITEMS):
            _withdraw(book, found[start : start + MOST_ITEMS], recorder, now)
        _must_stand(original, batches, made)
        _give_back(book, batches, list(spans), recorder)
        for keys in batches:
            _delete(book, keys, recorder)
        for account_id, (first, last) in sorted(spans.items()):
            totals.refresh(book=book, account_ids=[account_id], start=first, end=last)
        _close(book, source, recorder)
        _unmake(source, recorder)
        _archive_again(source, recorder)
        source.status = Import.Status.REVERTED
        source.save(update_fields=["status"])
        recorder.changed(source, before)


def _changes(source: Import, label: str) -> QuerySet[Change]:
    return Change.objects.filter(book=source.book_id, operation=source.operation_id, model=label, before__isnull=True)


def _keys(source: Import, label: str) -> QuerySet[Change, Any]:
    return _changes(source, label).order_by().values("key")


def _rows(book: Book, keys: Keys) -> QuerySet[Transaction]:
    """By key: a query within a query takes minutes where PostgreSQL knows nothing of the tables yet."""
    return Transaction.objects.filter(book=book, pk__in=keys).order_by()


def _spans(book: Book, batches: Iterable[Keys]) -> dict[int, tuple[date, date]]:
    """The first and the last day of the rows, by account."""
    found: dict[int, tuple[date, date]] = {}
    for keys in batches:
        for pk, first, last in _rows(book, keys).values_list("account_id").annotate(Min("day"), Max("day")):
            before = found.get(pk, (first, last))
            found[pk] = min(first, before[0]), max(last, before[1])
    return found


def _found_alone(book: Book, keys: Keys) -> list[ReviewItem]:
    """What the application accepted about the rows without asking."""
    items = ReviewItem.objects.filter(Q(first__in=keys) | Q(second__in=keys), book=book, state=ReviewState.AUTO)
    return list(items.select_related("first", "second").order_by("pk"))


def _withdraw(book: Book, found: Sequence[ReviewItem], recorder: Recorder, now: datetime) -> None:
    """It stands in nobody's way, and rows of others that it is about are as they were before."""
    decisions = Decisions(book=book, by=None, now=now, recorder=recorder, found=found)
    for each in found:
        decisions.withdraw(each)
    decisions.write()


def _must_stand(original: Operation, batches: Iterable[Keys], made: Mapping[int, Any]) -> None:
    """Refuse where a row is not as the import left it; one that is gone is gone already."""
    changed: set[int] = set()
    for keys in batches:
        changed |= {key for key, now_is in bulk.snapshots(_rows(original.book, keys)) if now_is != made[key]}
        for rows, name in ADDED_BY_PEOPLE:
            changed |= set(rows.filter(**{f"{name}__in": keys}).values_list(name, flat=True))
    if not changed:
        return
    named = Transaction.objects.filter(pk__in=sorted(changed)[:NAMED]).order_by("-day", "-id")
    examples = "; ".join(f"{row.day:%Y-%m-%d} {row.description[:40]} {row.amount} {row.currency}" for row in named)
    message = ngettext(
        "%(count)d of its transactions was changed since: %(examples)s. Nothing was taken back.",
        "%(count)d of its transactions were changed since, among them %(examples)s. Nothing was taken back.",
        len(changed),
    )
    later = changed_since(operation=original, places=[(Transaction._meta.label, sorted(changed))])
    raise CannotUndo(message % {"count": len(changed), "examples": examples}, list(later[:NAMED]))


def _give_back(book: Book, batches: Sequence[Keys], account_ids: Collection[int], recorder: Recorder) -> None:
    """The opening of a linked account, which gave way to the rows."""
    linked = Account.objects.filter(book=book, pk__in=account_ids).exclude(connection=None)
    for account in linked:
        before = journal.snapshot(account)
        for keys in batches:
            same = _rows(book, keys).filter(account=account, currency=account.currency, part_of=None)
            account.opening += same.aggregate(moved=Sum("amount"))["moved"] or Decimal(0)
        account.save(update_fields=["opening"])
        recorder.changed(account, before)


def _delete(book: Book, keys: Keys, recorder: Recorder) -> None:
    """The rows with what hangs on them, set-wise: a cascade through the ORM would load every row."""
    doomed = [rows.filter(_refers(names, keys), book=book) for rows, names in HANGING]
    for found in [*doomed, _rows(book, keys)]:
        recorder.noted_many(found.model._meta.label, ((key, stood, None) for key, stood in bulk.snapshots(found)))
        found._raw_delete(found.db)


def _refers(names: Iterable[str], keys: Keys) -> Q:
    return Q(*((f"{name}__in", keys) for name in names), _connector=Q.OR)


def _close(book: Book, source: Import, recorder: Recorder) -> None:
    """The accounts that were opened for it and hold nothing else."""
    opened = Account.objects.filter(Q(transactions=None), book=book, pk__in=_keys(source, Account._meta.label))
    for account in opened:
        recorder.deleted(account)
        account.delete()


def _unmake(source: Import, recorder: Recorder) -> None:
    """The merchants, tags and categories that it made, as they were made, and that nothing uses any more."""
    for model in (Merchant, Tag, Category):
        label, made = model._meta.label, dict(_changes(source, model._meta.label).values_list("key", "after"))
        rows = model._base_manager.filter(book=source.book_id, pk__in=list(made))
        there = {key: now_is for key, now_is in bulk.snapshots(rows) if now_is == made[key]}
        going = uses.unused(model, sorted(there), book=source.book)
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
