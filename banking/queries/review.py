"""The review inbox: what a person should look at, and what was decided without them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Book
from banking.models import (
    Account,
    EvidenceSource,
    ReviewItem,
    ReviewKind,
    ReviewSetting,
    ReviewState,
    Transaction,
    Transfer,
)
from banking.queries.filtering import matching

AUTOMATIC = {ReviewKind.TRANSFER: True, ReviewKind.PENDING: True, ReviewKind.DUPLICATE: False}
"""The kinds that a machine may decide alone, and whether it does so where nothing was set."""
MOST_COUNTED = 99
_ROWS = tuple(f"{side}__{name}" for side in ("first", "second") for name in ("account", "category", "merchant"))


def items(*, book: Book, kind: str = "", state: str = ReviewState.OPEN) -> QuerySet[ReviewItem]:
    """Newest first, with both rows; of open ones only those whose rows are still there."""
    found = ReviewItem.objects.filter(book=book, state=state)
    if kind:
        found = found.filter(kind=kind)
    if state == ReviewState.OPEN:
        found = found.filter(STANDING)
    return found.select_related(*_ROWS, "merchant", "suggestion", "decided_by").order_by("-day", "-id")


STANDING = (
    (Q(first__removed_at=None) | Q(kind=ReviewKind.PENDING))
    & Q(second__removed_at=None)
    & (~Q(kind=ReviewKind.CATEGORY) | Q(first__category_source=EvidenceSource.NONE))
)
"""Both rows are there (of a pending match the bank may have taken one back), or a row waits for a category."""


def item(*, book: Book, pk: int) -> ReviewItem:
    """One item with its rows; raise ReviewItem.DoesNotExist."""
    found = ReviewItem.objects.filter(book=book).select_related(*_ROWS, "merchant", "suggestion", "decided_by")
    return found.get(pk=pk)


def counts(*, book: Book) -> dict[str, int]:
    """How many are open, by kind, and under "all" together; those decided alone under "auto"; one query."""
    shown = Q(state=ReviewState.OPEN) & STANDING | Q(state=ReviewState.AUTO)
    rows = ReviewItem.objects.filter(shown, book=book, state__in=(ReviewState.OPEN, ReviewState.AUTO))
    found: dict[str, int] = dict.fromkeys(("all", "auto", *ReviewKind.values), 0)
    for kind, state, count in rows.order_by().values_list("kind", "state").annotate(count=Count("pk")):
        for name in ("auto",) if state == ReviewState.AUTO else ("all", kind):
            found[name] += count
    return found


def open_count(*, book: Book) -> int:
    """How many wait for a person, counted no further than one above MOST_COUNTED; one query."""
    return ReviewItem.objects.filter(STANDING, book=book, state=ReviewState.OPEN)[: MOST_COUNTED + 1].count()


GroupKey = tuple[int | None, int | None, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one merchant with one uncertain category, in one currency: how many, and what they come to."""

    count: int
    amount: Decimal
    currency: str


def group_rows(*, book: Book, found: Sequence[ReviewItem]) -> QuerySet[Transaction]:
    """The rows that wait for the suggestions of these items, and perhaps others: see `group_key`."""
    waiting = matching(book=book).filter(category_source=EvidenceSource.NONE)
    named = [each for each in found if each.kind == ReviewKind.CATEGORY]
    merchants = {each.merchant_id for each in named if each.merchant_id}
    texts = {each.first.description for each in named if not each.merchant_id}
    where = Q(merchant__in=merchants) | Q(merchant=None, description__in=texts)
    return waiting.filter(where, suggestion__in={each.suggestion_id for each in named})


def group_key(row: Transaction) -> GroupKey:
    """By what a row is grouped: its merchant, or its words where they name none."""
    return row.suggestion_id, row.merchant_id, "" if row.merchant_id else row.description


def key_of(found: ReviewItem) -> GroupKey:
    """The group that an item is about."""
    return found.suggestion_id, found.merchant_id, "" if found.merchant_id else found.first.description


def groups(*, book: Book, found: Sequence[ReviewItem]) -> dict[int, list[Group]]:
    """What each item about categories stands for, by its id; at most one query."""
    named = [each for each in found if each.kind == ReviewKind.CATEGORY]
    if not named:
        return {}
    rows = group_rows(book=book, found=named).order_by()
    sums: dict[GroupKey, list[Group]] = defaultdict(list)
    split = rows.filter(merchant=None).values("suggestion", "merchant", "description", "currency")
    whole = rows.exclude(merchant=None).values("suggestion", "merchant", "currency")
    for values in [*_summed(whole), *_summed(split)]:
        key = (values["suggestion"], values["merchant"], values.get("description", ""))
        sums[key].append(Group(values["count"], values["amount"], values["currency"]))
    return {each.pk: sums.get(key_of(each), []) for each in named}


def _summed(rows: Any) -> Any:
    return rows.annotate(count=Count("pk"), amount=Sum("amount")).order_by("currency")


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a kind is decided alone: in the book, and in the accounts where that was set apart, by their ids."""

    kind: str
    book: bool
    accounts: dict[int, bool]

    def allows(self, *account_ids: int) -> bool:
        return all(self.accounts.get(pk, self.book) for pk in account_ids)


def automatic(*, book: Book) -> dict[str, Automatic]:
    """By kind; one query."""
    found = {str(kind): Automatic(str(kind), default, {}) for kind, default in AUTOMATIC.items()}
    for row in ReviewSetting.objects.filter(book=book, kind__in=found):
        if row.account_id:
            found[row.kind].accounts[row.account_id] = row.automatic
        else:
            found[row.kind] = Automatic(row.kind, row.automatic, found[row.kind].accounts)
    return found


def transfers(*, book: Book) -> QuerySet[Transfer]:
    """Newest first, with both rows."""
    rows = [f"{side}__{name}" for side in ("outgoing", "incoming") for name in ("account", "category", "merchant")]
    return Transfer.objects.filter(book=book).select_related(*rows).order_by("-id")


def transfer_of(*, book: Book, row_id: int) -> Transfer | None:
    """The transfer that a row is a side of, while both are there; one query."""
    standing = transfers(book=book).filter(outgoing__removed_at=None, incoming__removed_at=None)
    return standing.filter(Q(outgoing=row_id) | Q(incoming=row_id)).first()


def partners(*, book: Book, row: Transaction, days: int = 10, most: int = 20) -> list[Transaction]:
    """Rows that may be the other side of a row, the nearest in amount and day first; one query."""
    near = matching(book=book).filter(
        day__gte=row.day - timedelta(days=days),
        day__lte=row.day + timedelta(days=days),
        transfer_out=None,
        transfer_in=None,
    )
    near = near.filter(amount__lt=0) if row.amount > 0 else near.filter(amount__gt=0)
    near = near.filter(~Q(currency=row.currency) | Q(amount=-row.amount)).exclude(account=row.account_id)
    found = near.select_related("account", "category", "merchant").order_by("-day", "-id")[:500]
    rate = abs(row.amount)
    ranked = sorted(
        found,
        key=lambda each: (each.currency != row.currency, abs((each.day - row.day).days), abs(abs(each.amount) - rate)),
    )
    return ranked[:most]


def accounts_to_set(*, book: Book) -> QuerySet[Account]:
    """The accounts for which automatic decisions can be set, by name."""
    return Account.objects.filter(book=book, closed_at=None).order_by("name", "id")
