"""Deciding what the review inbox asks: accepting, rejecting, singly and many at once, and what may happen alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.decisions import Decisions
from banking.actions.refusals import Refused, TooMany, of_book
from banking.actions.rules import NewRule, create_rule
from banking.actions.transactions import choosable
from banking.models import (
    Account,
    Category,
    ReviewItem,
    ReviewKind,
    ReviewSetting,
    ReviewState,
)
from banking.queries import review as queries
from journal import actions as journal

MOST_ITEMS = 500
Switch = tuple[str, Account | None]
"""A kind, and the account that it is set for; None for the book."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many items were decided, how many could not be, and the operation; None where nothing was done.

    `filed` are the rows whose category a person settled.
    """

    count: int
    left: int
    operation_id: int | None
    filed: tuple[int, ...] = ()


def accept(
    *, book: Book, by: User, pk: int, now: datetime, category: Category | None = None, rule: bool = False
) -> ReviewItem:
    """Carry out what the item proposes; of categories another category may be named, and the choice made a rule.

    Raise Refused, or ReviewItem.DoesNotExist.
    """
    if category is not None:
        choosable(category, book=book)
    with transaction.atomic():
        found = queries.item(book=book, pk=pk)
        if rule and found.kind != ReviewKind.CATEGORY:
            raise Refused(_("Only a category can become a rule."), field="rule")
        with journal.operation(book=book, by=by, verb="accept_match", now=now) as recorder:
            decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[found])
            decisions.accept(found, ReviewState.ACCEPTED, category)
            decisions.write()
            if rule:
                wanted = category or found.suggestion
                assert wanted is not None
                named = found.merchant.name if found.merchant else found.first.description
                create_rule(book=book, by=by, new=NewRule(contains=named[:120], category=wanted), now=now)
    return found


def reject(*, book: Book, by: User, pk: int, now: datetime) -> ReviewItem:
    """Never propose it again; take back what accepting it did. Raise Refused, or ReviewItem.DoesNotExist."""
    found = queries.item(book=book, pk=pk)
    with journal.operation(book=book, by=by, verb="reject_match", now=now) as recorder:
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=[found])
        decisions.reject(found)
        decisions.write()
    return found


def decide_many(
    *, book: Book, by: User, accepted: bool, now: datetime, ids: Collection[int] | None = None, kind: str = ""
) -> Decided:
    """Accept or reject the items named by their ids, or all open ones of a kind (empty: of every kind).

    At most MOST_ITEMS at once; what cannot be decided is left. Raise Refused, TooMany.
    """
    found = _named(book, ids, kind)
    verb = "accept_match" if accepted else "reject_match"
    with journal.operation(book=book, by=by, verb=verb, now=now) as recorder:
        decisions = Decisions(book=book, by=by, now=now, recorder=recorder, found=found)
        left = 0
        filed: list[int] = []
        for item in found:
            try:
                decisions.accept(item, ReviewState.ACCEPTED) if accepted else decisions.reject(item)
                filed += filed_by(item) if accepted else ()
            except Refused:
                left += 1
        decisions.write()
    return Decided(len(found) - left, left, recorder.operation.pk, tuple(filed))


def filed_by(item: ReviewItem) -> list[int]:
    """The rows that accepting an item about a category filed."""
    return [entry["id"] for entry in item.undo] if item.kind == ReviewKind.CATEGORY else []


def _named(book: Book, ids: Collection[int] | None, kind: str) -> list[ReviewItem]:
    if ids is None:
        return list(queries.items(book=book, kind=kind)[:MOST_ITEMS])
    if len(ids) > MOST_ITEMS:
        raise TooMany(_("At most %(count)d at once.") % {"count": MOST_ITEMS}, field="items")
    rows: QuerySet[ReviewItem] = ReviewItem.objects.filter(book=book, pk__in=ids).order_by("pk")
    found = list(rows.select_related("first", "second", "merchant", "suggestion"))
    missing = set(ids) - {each.pk for each in found}
    if missing:
        raise Refused(_("There is no item %(id)d here.") % {"id": min(missing)}, field="items")
    return found


def accept_alone(*, book: Book, found: Sequence[ReviewItem], now: datetime) -> int:
    """Accept what is sure enough for a machine; how many. One operation that a person can take back."""
    with journal.operation(book=book, by=None, verb="match", now=now) as recorder:
        decisions = Decisions(book=book, by=None, now=now, recorder=recorder, found=found)
        count = 0
        for item in found:
            try:
                decisions.accept(item, ReviewState.AUTO)
                count += 1
            except Refused:
                continue
        decisions.write()
    return count


def set_automatic(*, book: Book, by: User, choices: Mapping[Switch, bool | None], now: datetime) -> None:
    """Whether a kind is decided alone, in the book or in an account; None there: as the book. Raise Refused."""
    for kind, account in choices:
        if kind not in queries.AUTOMATIC:
            raise Refused(_("This kind is always decided by a person."), field="kind")
        if account is not None:
            of_book(account, book=book, field="account")
    with journal.operation(book=book, by=by, verb="set_review", now=now) as recorder:
        held = ReviewSetting.objects.select_for_update(of=("self",)).filter(book=book).order_by("pk")
        there = {(row.kind, row.account_id): row for row in held}
        for (kind, account), automatic in choices.items():
            known = there.get((kind, account.pk if account else None))
            _set(known or ReviewSetting(book=book, kind=kind, account=account), automatic, recorder)


def _set(row: ReviewSetting, automatic: bool | None, recorder: journal.Recorder) -> None:
    before = journal.snapshot(row) if row.pk else None
    if automatic is None:
        if before is not None:
            recorder.deleted(row)
            row.delete()
        return
    row.automatic = automatic
    row.save()
    if before is None:
        recorder.created(row)
    else:
        recorder.changed(row, before)
