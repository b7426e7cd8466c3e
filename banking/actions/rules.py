"""The simplest rule of one's own, and filing again by what is known now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import categoriser, totals
from banking.actions.refunding import refile_refunds, refund_accounts
from banking.actions.refusals import Refused, TooMany, checked_text
from banking.actions.rule_keeping import RuleWish, store_rule
from banking.actions.transactions import choosable, file_under
from banking.models import Category, Rule, Transaction
from banking.models.transactions import SETTLED
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

    def wish(self) -> RuleWish:
        """The same as conditions and actions; raise Refused."""
        wording = checked_text(self.contains, field="contains", length=120, required=True)
        found: list[dict[str, object]] = [{"field": "text", "op": "contains", "value": wording}]
        if self.amount_min is not None or self.amount_max is not None:
            ends = [None if end is None else format(end, "f") for end in (self.amount_min, self.amount_max)]
            found.append({"field": "amount", "op": "between", "value": ends})
        if self.direction:
            found.append({"field": "direction", "op": "equals", "value": self.direction})
        return RuleWish(wording, {"all": found}, {"category_id": self.category.pk})


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
    return store_rule(book=book, by=by, wish=new.wish(), now=now)


def refile(*, book: Book, by: User, now: datetime, filters: Filters = EVERYTHING) -> int:
    """Decide again about the rows that no person filed; how many changed. Raise TooMany."""
    found = matching(book=book, filters=filters).exclude(category_source__in=SETTLED)
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
        refunds = refile_refunds(book=book, purchases={row.pk for row in changed}, recorder=recorder, now=now)
        refresh_totals(book=book, days=[*((row.account_id, row.day) for row in changed), *refunds])
    return len(changed)


def lock_accounts(*, book: Book, rows: QuerySet[Transaction]) -> list[int]:
    """Hold the accounts of these rows until the transaction ends; their ids."""
    ids = list(rows.order_by().values_list("account_id", flat=True).distinct())
    totals.lock(book=book, account_ids=[*ids, *refund_accounts(book=book)])
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
    return [(row, decision, known.uncategorised) for row, decision in zip(rows, known.decide_stored(rows), strict=True)]
