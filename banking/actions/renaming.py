"""Renaming merchants, giving them a category, and merging two into one."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import totals
from banking.actions.refusals import Conflicting, Refused, TooMany, checked_text
from banking.actions.rules import refile
from banking.actions.transactions import choosable
from banking.models import Account, Category, Merchant, Transaction
from banking.queries.categorising import is_destination
from banking.queries.filtering import Filters
from journal import actions as journal

BATCH = 2_000


class MerchantAmendment(TypedDict, total=False):
    """What to change; what is not named stays. `category` None takes it away."""

    name: str
    category: Category | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What is left of two merchants, how many rows came to it, and the operation that did it."""

    merchant: Merchant
    count: int
    operation_id: int


def amend_merchant(*, book: Book, by: User, pk: int, changes: MerchantAmendment, now: datetime) -> Merchant:
    """Rename a merchant or say where its rows go from now on; raise Refused, or Merchant.DoesNotExist.

    What recognises it stays: the next row of the bank has the new name.
    """
    with journal.operation(book=book, by=by, verb="amend_merchant", now=now) as recorder:
        merchant = _held(book, pk)
        before = journal.snapshot(merchant)
        if "name" in changes:
            _rename(merchant, checked_text(changes["name"], field="name", length=120, required=True))
        if "category" in changes:
            merchant.category = _destination(book, changes["category"])
        merchant.save(update_fields=["name", "bank_name", "category"])
        recorder.changed(merchant, before)
    return merchant


def amend_merchant_and_past(*, book: Book, by: User, pk: int, changes: MerchantAmendment, now: datetime) -> int:
    """As `amend_merchant`, and decide again about the rows there that no person filed; how many changed."""
    with journal.operation(book=book, by=by, verb="amend_merchant", now=now):  # undone as one
        amend_merchant(book=book, by=by, pk=pk, changes=changes, now=now)
        try:
            return refile(book=book, by=by, now=now, filters=Filters(merchants=frozenset({pk})))
        except TooMany as error:
            raise TooMany(_("Too much is there to file it with this. Save without that, and run a rule.")) from error


def merge_merchants(*, book: Book, by: User, pk: int, into: int, now: datetime) -> Merged:
    """Make one merchant part of another: its rows, and all else that names it, name the other one from now on.

    Its wording keeps recognising rows. Raise Refused, or Merchant.DoesNotExist for `pk`.
    """
    if pk == into:
        raise Refused(_("Choose another merchant to merge it into."), field="into")
    with journal.operation(book=book, by=by, verb="merge_merchants", now=now) as recorder:
        # A sync looks up merchants while it holds its accounts: none may store a row of the one that goes.
        totals.lock(book=book, account_ids=Account.objects.filter(book=book).values_list("pk", flat=True))
        source, target = _pair(book, pk, into)
        counts = {field.model: _repoint(book, field, source, target, recorder, now) for field in _pointing()}
        before = journal.snapshot(source), journal.snapshot(target)
        source.merged_into = target
        target.category = target.category or source.category
        source.save(update_fields=["merged_into"])
        target.save(update_fields=["category"])
        recorder.changed(source, before[0])
        recorder.changed(target, before[1])
    return Merged(target, counts[Transaction], recorder.operation.pk)


def _held(book: Book, pk: int) -> Merchant:
    return Merchant.objects.select_for_update().get(book=book, pk=pk, merged_into=None)


def _pair(book: Book, pk: int, into: int) -> tuple[Merchant, Merchant]:
    """Both, locked in one order so that no two merges deadlock."""
    found = Merchant.objects.select_for_update().filter(book=book, pk__in=(pk, into), merged_into=None)
    rows = {row.pk: row for row in found.order_by("pk")}
    if pk not in rows:
        raise Merchant.DoesNotExist
    if into not in rows:
        raise Refused(_("There is no such merchant here."), field="into")
    return rows[pk], rows[into]


def _rename(merchant: Merchant, name: str) -> None:
    if name == merchant.name:
        return
    namesakes = Merchant.objects.filter(book=merchant.book_id, name__iexact=name, merged_into=None)
    if namesakes.exclude(pk=merchant.pk).exists():
        raise Conflicting(_("There is a merchant of this name already. Merge the two instead."), field="name")
    told = merchant.told_name
    merchant.name, merchant.bank_name = name, "" if name == told else told


def _destination(book: Book, category: Category | None) -> Category | None:
    if category is None:
        return None
    choosable(category, book=book)
    if not is_destination(category):
        raise Refused(_("Choose a category that says something."), field="category")
    return category


def _pointing() -> list[ForeignKey[Merchant, Merchant]]:
    """Every column, of any model, that names a merchant: also those that later models bring."""
    return [each.field for each in Merchant._meta.related_objects if isinstance(each.field, ForeignKey)]


def _repoint(
    book: Book,
    field: ForeignKey[Merchant, Merchant],
    source: Merchant,
    target: Merchant,
    recorder: journal.Recorder,
    now: datetime,
) -> int:
    """Set-wise; removed rows too, which may come back. How many."""
    rows = field.model._default_manager.filter(book=book)
    ids = list(rows.filter(**{field.name: source}).order_by("pk").values_list("pk", flat=True))
    moved = {field.name: target, **({"updated_at": now} if field.model is Transaction else {})}
    for start in range(0, len(ids), BATCH):
        rows.filter(pk__in=ids[start : start + BATCH]).update(**moved)
    for pk in ids:
        recorder.noted(field.model._meta.label, pk, {field.attname: str(source.pk)}, {field.attname: str(target.pk)})
    return len(ids)
