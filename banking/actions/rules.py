"""A person's own rules, and filing again by what is known now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import categoriser, totals
from banking.actions.refusals import Refused, TooMany, checked_text
from banking.actions.transactions import choosable, file_under
from banking.models import Category, EvidenceSource, Rule, Transaction
from banking.queries.evidence import evidence
from banking.queries.filtering import EVERYTHING, Filters, matching
from journal import actions as journal

MOST_ROWS = 20_000
FILED = ("category", "category_source", "confidence", "reason", "suggestion", "updated_at")


@dataclass(frozen=True, slots=True)
class NewRule:
    """Rows whose description or merchant contains the text go to the category.

    The amounts are sizes, inclusive; `direction` is "in", "out" or empty for both.
    """

    contains: str
    category: Category
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    direction: str = ""


def create_rule(*, book: Book, by: User, new: NewRule, now: datetime) -> Rule:
    """The newest rule is tried first. It files what comes; `refile` files what is there. Raise Refused."""
    choosable(new.category, book=book)
    if new.direction not in {"", "in", "out"}:
        raise Refused(_("Choose in, out or neither."), field="direction")
    for field, size in (("amount_min", new.amount_min), ("amount_max", new.amount_max)):
        if size is not None and size < 0:
            raise Refused(_("Give the size of the amount, without a minus."), field=field)
    if new.amount_min is not None and new.amount_max is not None and new.amount_min > new.amount_max:
        raise Refused(_("This must be at least the other amount."), field="amount_max")
    with journal.operation(book=book, by=by, verb="create_rule", now=now) as recorder:
        rule = Rule.objects.create(
            book=book,
            contains=checked_text(new.contains, field="contains", length=120, required=True),
            category=new.category,
            amount_min=new.amount_min,
            amount_max=new.amount_max,
            direction=new.direction,
            created_at=now,
        )
        recorder.created(rule)
    return rule


def delete_rule(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """What it filed stays filed. Raise Rule.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="delete_rule", now=now) as recorder:
        rule = Rule.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        recorder.deleted(rule)
        rule.delete()


def refile(*, book: Book, by: User, now: datetime, filters: Filters = EVERYTHING) -> int:
    """Decide again about the rows that no person filed; how many changed. Raise TooMany."""
    found = matching(book=book, filters=filters).exclude(category_source=EvidenceSource.USER)
    with journal.operation(book=book, by=by, verb="refile", now=now) as recorder:
        found = found.filter(account__in=lock_accounts(book=book, rows=found))
        rows = list(found.select_related("merchant").select_for_update(of=("self",)).order_by("id")[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            raise TooMany(_("At most %(count)d rows at once. Narrow the filters.") % {"count": MOST_ROWS})
        changed = []
        for row, decision, fallback in _decided(book, rows):
            before = journal.snapshot(row)
            file_under(row, decision, fallback=fallback)
            if journal.snapshot(row) != before:
                row.updated_at = now
                changed.append(row)
                recorder.changed(row, before)
        Transaction.objects.bulk_update(changed, FILED, batch_size=500)
        refresh_totals(book=book, days=[(row.account_id, row.day) for row in changed])
    return len(changed)


def lock_accounts(*, book: Book, rows: QuerySet[Transaction]) -> list[int]:
    """Hold the accounts of these rows until the transaction ends; their ids."""
    ids = list(rows.order_by().values_list("account_id", flat=True).distinct())
    totals.lock(book=book, account_ids=ids)
    return ids


def refresh_totals(*, book: Book, days: Sequence[tuple[int, date]]) -> None:
    """Recompute the totals of these accounts over the days given for each: (account id, day)."""
    by_account: dict[int, list[date]] = defaultdict(list)
    for account_id, day in days:
        by_account[account_id].append(day)
    for account_id, found in sorted(by_account.items()):
        totals.refresh(book=book, account_ids=[account_id], start=min(found), end=max(found))


def _decided(book: Book, rows: Sequence[Transaction]) -> list[tuple[Transaction, categoriser.Decision, int]]:
    known = evidence(book=book)
    told = [
        categoriser.Evidence(
            description=row.description,
            merchant=row.merchant.told_name if row.merchant else None,
            amount=row.amount,
            day=row.day,
            provider_code=row.bank_category or None,
            provider_confidence=row.bank_category_confidence or None,
        )
        for row in rows
    ]
    keys = [row.merchant.key if row.merchant else "" for row in rows]
    decided = known.decide(told, keys=keys)
    return [(row, decision, known.uncategorised) for row, decision in zip(rows, decided, strict=True)]
