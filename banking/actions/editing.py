"""Changing many transactions at once, in one operation that can be taken back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.marking import BATCH, Marked, all_there
from banking.actions.merchants import known_by_name, merchant_named
from banking.actions.refunding import refile_refunds
from banking.actions.refusals import Conflicting, Refused, TooMany, checked_text
from banking.actions.rules import MOST_ROWS, lock_accounts, refresh_totals
from banking.actions.tag_many import Tagging, tagging, untagged_or_tagged
from banking.actions.transactions import CHOSEN, choosable
from banking.categoriser import UNCATEGORISED
from banking.models import Category, EvidenceSource, Merchant, Origin, Transaction
from banking.queries.filtering import Filters, matching
from journal import actions as journal
from journal.columns import written


@dataclass(frozen=True, slots=True)
class Edits:
    """What to do to each row; None leaves it as it is. `merchant` and `note` may be empty, to take them away."""

    category: Category | None = None
    merchant: str | None = None
    note: str | None = None
    excluded: bool | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    delete: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Edits()


@dataclass(frozen=True, slots=True)
class Edited:
    """How many rows were changed, and the operation that did it; None where nothing had to change. `ids` are theirs."""

    count: int
    operation_id: int | None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One column's change: which rows lack it, the columns to set, and under which name it is marked as the user's."""

    mark: str
    lacking: Q
    columns: dict[str, Any]


def to_be_edited(
    *, book: Book, edits: Edits, ids: Collection[int] | None = None, filters: Filters | None = None
) -> QuerySet[Transaction]:
    """The rows that these edits would change; for the preview. Raise Refused."""
    _checked(book, edits)
    return _meant(book, ids, filters).filter(_lacking(book, edits))


def edit_many(
    *,
    book: Book,
    by: User,
    edits: Edits,
    now: datetime,
    ids: Collection[int] | None = None,
    filters: Filters | None = None,
    verb: str = "edit_many",
) -> Edited:
    """Change rows, named by their ids or by filters, as a person's own choice. Raise Refused or TooMany.

    Refunds go where their purchases go.
    """
    _checked(book, edits)
    if ids is not None:
        all_there(book, ids)
    return edit_rows(book=book, by=by, edits=edits, rows=_meant(book, ids, filters), now=now, verb=verb)


def edit_rows(
    *, book: Book, by: User, edits: Edits, rows: QuerySet[Transaction], now: datetime, verb: str = "edit_many"
) -> Edited:
    """As `edit_many`, for rows of this book that a query finds."""
    _checked(book, edits)
    found = rows.filter(_lacking(book, edits))
    with journal.operation(book=book, by=by, verb="delete_many" if edits.delete else verb, now=now) as recorder:
        found = found.filter(account__in=lock_accounts(book=book, rows=found))
        held = list(found.select_for_update(of=("self",)).order_by("id")[: MOST_ROWS + 1])
        if len(held) > MOST_ROWS:
            raise TooMany(_("At most %(count)d rows at once. Narrow the filters.") % {"count": MOST_ROWS})
        if edits.delete:
            _no_parts(held)
        before: Before = {row.pk: (row, {}) for row in held}
        for write in _writes(book, edits, recorder, now):
            _apply(held, write, now, before)
        tagged = tagging(book=book, rows=held, edits=Tagging(edits.add_tags, edits.remove_tags), recorder=recorder)
        _mark(tagged, "tags", now, before)
        _record(before, recorder)
        days = [(row.account_id, row.day) for row in held]
        if edits.category is not None:
            days += refile_refunds(book=book, purchases={row.pk for row in held}, recorder=recorder, now=now)
        if edits.delete or edits.category is not None or edits.excluded is not None:
            refresh_totals(book=book, days=days)
    return Edited(len(held), recorder.operation.pk, tuple(row.pk for row in held))


def _checked(book: Book, edits: Edits) -> None:
    if edits.is_empty:
        raise Refused(_("Choose what to change."))
    if edits.delete and edits != Edits(delete=True):
        raise Refused(_("Either delete the rows or change them."), field="delete")
    if edits.category is not None:
        choosable(edits.category, book=book)
    if edits.merchant:
        checked_text(edits.merchant, field="merchant", length=120)
    if edits.note:
        checked_text(edits.note, field="note", length=2000, lines=True)
    for field, names in (("add_tags", edits.add_tags), ("remove_tags", edits.remove_tags)):
        for name in names:
            checked_text(name, field=field, length=40, required=True)
    if {name.casefold() for name in edits.add_tags} & {name.casefold() for name in edits.remove_tags}:
        raise Refused(_("A tag cannot be added and removed at once."), field="remove_tags")


def _no_parts(rows: Sequence[Transaction]) -> None:
    if any(row.part_of_id is not None for row in rows):
        raise Conflicting(_("There are parts of splits among these. Change the splits, or choose only whole rows."))


def _meant(book: Book, ids: Collection[int] | None, filters: Filters | None) -> QuerySet[Transaction]:
    return matching(book=book, filters=filters) if filters is not None else matching(book=book).filter(pk__in=ids or ())


def _lacking(book: Book, edits: Edits) -> Q:
    """The rows that are not yet as the edits want them, without making merchants or tags."""
    if edits.delete:
        return Q()
    where = Q(pk__in=[])
    if edits.category is not None:
        where |= _elsewhere(edits.category)
    if edits.merchant is not None:
        where |= _of_another(book, edits.merchant.strip())
    if edits.note is not None:
        where |= ~Q(note=edits.note.strip())
    if edits.excluded is not None:
        where |= Q(excluded=not edits.excluded)
    return where | untagged_or_tagged(book=book, edits=Tagging(edits.add_tags, edits.remove_tags))


def _elsewhere(category: Category) -> Q:
    if category.code == UNCATEGORISED:
        return ~Q(category=category)
    return ~Q(category=category) | ~Q(category_source=EvidenceSource.USER)


def _of_another(book: Book, name: str) -> Q:
    merchant = known_by_name(book=book, name=name) if name else None
    return _not_of(merchant) if merchant or not name else Q(pk__isnull=False)


def _writes(book: Book, edits: Edits, recorder: journal.Recorder, now: datetime) -> Iterator[Write]:
    if edits.delete:
        beside = Q(origin=Origin.IMPORT, account__connection__isnull=False)
        booked = Q(origin=Origin.PROVIDER) | beside  # the bank still has it in the balance it tells
        yield Write("removed", booked, {"removed_at": now, "discarded": True})
        yield Write("removed", ~booked, {"removed_at": now, "discarded": False})
    if edits.category is not None:
        filed: dict[str, Any] = {"category": edits.category, "category_source": EvidenceSource.USER}
        reason = {"confidence": 1.0, "reason": CHOSEN, "suggestion": None}
        yield Write("category", _elsewhere(edits.category), {**filed, **reason})
    if edits.merchant is not None:
        merchant = merchant_named(book=book, name=edits.merchant, recorder=recorder)
        yield Write("merchant", _not_of(merchant), {"merchant": merchant})
    if edits.note is not None:
        note = edits.note.strip()
        yield Write("note", ~Q(note=note), {"note": note})
    if edits.excluded is not None:
        yield Write("excluded", Q(excluded=not edits.excluded), {"excluded": edits.excluded})


def _not_of(merchant: Merchant | None) -> Q:
    return Q(merchant__isnull=False) if merchant is None else Q(merchant__isnull=True) | ~Q(merchant=merchant)


Before = dict[int, tuple[Transaction, dict[str, Any]]]
"""The rows by id, each with the columns that were changed as they were."""


def _apply(rows: list[Transaction], write: Write, now: datetime, before: Before) -> None:
    """Set the columns of all rows that lack them: one statement for each BATCH."""
    lacking = set()
    for start in range(0, len(rows), BATCH):
        there = Transaction.objects.filter(pk__in=[row.pk for row in rows[start : start + BATCH]])
        lacking |= set(there.filter(write.lacking).values_list("pk", flat=True))
    changed = [row for row in rows if row.pk in lacking]
    columns = [each for each in Transaction._meta.concrete_fields if each.name in write.columns]
    for row in changed:
        kept = before[row.pk][1]
        for column in columns:
            kept.setdefault(column.attname, written(column, row))
            setattr(row, column.name, write.columns[column.name])
    _mark(changed, write.mark, now, before, write.columns)


def _mark(
    rows: list[Transaction], field: str, now: datetime, before: Before, columns: dict[str, Any] | None = None
) -> None:
    """Mark the field as the user's on these rows, together with the columns that are set."""
    for row in rows:
        before[row.pk][1].setdefault("edited", row.edited)
        row.edited = {**row.edited, field: now.isoformat()}
    for start in range(0, len(rows), BATCH):
        there = Transaction.objects.filter(pk__in=[row.pk for row in rows[start : start + BATCH]])
        there.update(**(columns or {}), edited=Marked(field, now), updated_at=now)


def _record(before: Before, recorder: journal.Recorder) -> None:
    """What each row was and is, in the words of the journal's own snapshots."""
    columns = {column.attname: column for column in Transaction._meta.concrete_fields}
    for pk, (row, kept) in before.items():
        after = {name: written(columns[name], row) for name in kept}
        differing = [name for name in kept if kept[name] != after[name]]
        if differing:
            recorder.noted(
                Transaction._meta.label,
                pk,
                {name: kept[name] for name in differing},
                {name: after[name] for name in differing},
            )
