"""Filing many transactions at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Func, JSONField, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refunding import refile_refunds
from banking.actions.refusals import Refused, TooMany
from banking.actions.rules import MOST_ROWS, lock_accounts, refresh_totals
from banking.actions.transactions import CHOSEN, choosable
from banking.categoriser import UNCATEGORISED
from banking.models import Category, EvidenceSource, Transaction
from banking.queries.filtering import Filters, matching
from journal import actions as journal

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Filed:
    """How many rows went to the category, and the operation that did it; None where nothing had to change."""

    count: int
    operation_id: int | None


class Marked(Func):
    """The column `edited` with one more field set to a moment; the other fields stay as they are."""

    output_field = JSONField()

    def __init__(self, field: str, moment: datetime) -> None:
        super().__init__()
        self.parts = [field, moment.isoformat()]

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # Django's signature, shorter
        if connection.vendor == "postgresql":
            return "edited || jsonb_build_object(%s::text, %s::text)", self.parts
        return "json_set(edited, '$.' || %s, %s)", self.parts


def to_be_filed(
    *, book: Book, category: Category, ids: Collection[int] | None = None, filters: Filters | None = None
) -> QuerySet[Transaction]:
    """The rows that filing these ids or filters under the category would change; for the preview."""
    rows = matching(book=book, filters=filters) if filters is not None else matching(book=book).filter(pk__in=ids or ())
    if category.code == UNCATEGORISED:
        return rows.exclude(category=category)
    return rows.exclude(category=category, category_source=EvidenceSource.USER)


def categorise_many(
    *,
    book: Book,
    by: User,
    category: Category,
    now: datetime,
    ids: Collection[int] | None = None,
    filters: Filters | None = None,
) -> Filed:
    """File rows, named by their ids or by filters, as a person's own choice. Raise Refused or TooMany."""
    choosable(category, book=book)
    if ids is not None:
        all_there(book, ids)
    found = to_be_filed(book=book, category=category, ids=ids, filters=filters)
    with journal.operation(book=book, by=by, verb="categorise", now=now) as recorder:
        found = found.filter(account__in=lock_accounts(book=book, rows=found))
        rows = list(found.select_for_update(of=("self",)).order_by("id")[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            raise TooMany(_("At most %(count)d rows at once. Narrow the filters.") % {"count": MOST_ROWS})
        for row in rows:
            before = journal.snapshot(row)
            _choose(row, category, now)
            recorder.changed(row, before)
        _write(rows, category, now)
        refunds = refile_refunds(book=book, purchases={row.pk for row in rows}, recorder=recorder, now=now)
        refresh_totals(book=book, days=[*((row.account_id, row.day) for row in rows), *refunds])
    return Filed(len(rows), recorder.operation.pk)


def all_there(book: Book, ids: Collection[int]) -> None:
    """Raise Refused for an id that is not in the book, TooMany for more than MOST_ROWS."""
    if len(ids) > MOST_ROWS:
        raise TooMany(_("At most %(count)d rows at once.") % {"count": MOST_ROWS}, field="ids")
    missing = set(ids) - set(matching(book=book).filter(pk__in=ids).values_list("pk", flat=True))
    if missing:
        raise Refused(_("There is no transaction %(id)d here.") % {"id": min(missing)}, field="ids")


def _choose(row: Transaction, category: Category, now: datetime) -> None:
    row.category, row.category_source = category, EvidenceSource.USER
    row.confidence, row.reason, row.suggestion = 1.0, CHOSEN, None
    row.edited = {**row.edited, "category": now.isoformat()}
    row.updated_at = now


def _write(rows: list[Transaction], category: Category, now: datetime) -> None:
    """One statement for each BATCH, as all rows get the same values."""
    for start in range(0, len(rows), BATCH):
        Transaction.objects.filter(pk__in=[row.pk for row in rows[start : start + BATCH]]).update(
            category=category,
            category_source=EvidenceSource.USER,
            confidence=1.0,
            reason=CHOSEN,
            suggestion=None,
            edited=Marked("category", now),
            updated_at=now,
        )
