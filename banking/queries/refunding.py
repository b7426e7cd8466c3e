"""Refunds and their purchases, what may belong together, and what others still owe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.models import RefundLink, Reimbursement, Split, Transaction
from banking.money import AmountField
from banking.queries.filtering import EVERYTHING, Filters, matching
from banking.queries.listing import parts

WITHIN = timedelta(days=180)
MOST, FEW = 20, 5
READ_AT_MOST = 2_000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RefundCandidate:
    """A purchase that a refund may belong to; `score` from 0 to 1 and the reason in words. `left` can be paid back."""

    refund: Transaction
    purchase: Transaction
    left: Decimal
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What others owe of a purchase and what came back; all positive."""

    reimbursement: Reimbursement
    back: Decimal

    @property
    def left(self) -> Decimal:
        left: Decimal = self.reimbursement.amount - self.back
        return max(left, ZERO)


@dataclass(frozen=True, slots=True)
class Ties:
    """What a row is tied to: its parts, (other row, amount) of its refunds or purchases, and what others owe of it.

    `divided` is the amount that a split was made of, where the bank has changed it since.
    """

    parts: Sequence[Transaction]
    others: Sequence[tuple[Transaction, Decimal]]
    owed: Owed | None
    divided: Decimal | None


def ties(*, book: Book, row: Transaction) -> Ties:
    """Two queries, and four for a split."""
    links = links_of(book=book, pk=row.pk)
    split = splits_out_of_step(book=book).filter(transaction=row).first() if row.is_split else None
    return Ties(
        parts=parts(book=book, pk=row.pk) if row.is_split else (),
        others=[(link.purchase if link.refund_id == row.pk else link.refund, link.amount) for link in links],
        owed=reimbursement_of(book=book, pk=row.pk),
        divided=split.amount if split else None,
    )


def links_of(*, book: Book, pk: int) -> list[RefundLink]:
    """The links of a refund or a purchase, with both rows; one query."""
    rows = RefundLink.objects.filter(Q(refund=pk) | Q(purchase=pk), book=book)
    rows = rows.filter(refund__removed_at=None, purchase__removed_at=None)
    return list(rows.select_related("refund__merchant", "purchase__merchant").order_by("id"))


def refund_candidates(*, book: Book, refunds: Sequence[Transaction]) -> list[RefundCandidate]:
    """What each of these rows of money in may pay back, the likeliest first; two queries.

    Purchases of the same merchant and currency, at most WITHIN older, of which at least as much is left as the refund
    has left. Refunds of which nothing is left have none.
    """
    found = [row for row in refunds if row.merchant_id and row.amount > 0 and not row.is_split]
    if not found:
        return []
    given = _sums("refund", [row.pk for row in found])
    first = min(row.day for row in found) - WITHIN
    purchases = matching(book=book).filter(
        merchant__in={row.merchant_id for row in found},
        amount__lt=0,
        day__gte=first,
        day__lte=max(r.day for r in found),
    )
    read = list(_with_left(purchases).select_related("merchant", "category").order_by("-day", "-id")[:READ_AT_MOST])
    pairs = [
        _scored(refund, purchase, refund.amount - given.get(refund.pk, ZERO))
        for refund in found
        for purchase in read
        if _may_pay(refund, purchase, refund.amount - given.get(refund.pk, ZERO))
    ]
    return sorted(pairs, key=lambda each: (-each.score, -each.purchase.day.toordinal(), -each.purchase.pk))


def purchase_candidates(*, book: Book, purchase: Transaction) -> list[RefundCandidate]:
    """The rows of money in that may pay this purchase back, the likeliest first; three queries."""
    if purchase.merchant_id is None or purchase.amount >= 0 or purchase.is_split:
        return []
    later = Q(day__gte=purchase.day, day__lte=purchase.day + WITHIN)
    rows = matching(book=book).filter(later, merchant=purchase.merchant_id, amount__gt=0, currency=purchase.currency)
    refunds = list(rows.select_related("merchant", "category").order_by("day", "id")[:MOST])
    found = refund_candidates(book=book, refunds=refunds)
    return [each for each in found if each.purchase.pk == purchase.pk]


def candidates_for(*, book: Book, row: Transaction) -> list[RefundCandidate]:
    """What may belong to this row, as a refund or as a purchase, the likeliest first; at most three queries."""
    return (
        refund_candidates(book=book, refunds=[row]) if row.amount > 0 else purchase_candidates(book=book, purchase=row)
    )


def counterparts(*, book: Book, row: Transaction, text: str) -> list[Transaction]:
    """Rows that a person may pick by hand: of the other direction and the same currency, newest first; at most MOST."""
    filters = Filters(text=text, direction="out" if row.amount > 0 else "in", currency=row.currency)
    rows = matching(book=book, filters=filters if text else EVERYTHING).exclude(pk=row.pk)
    rows = rows.filter(amount__lt=0) if row.amount > 0 else rows.filter(amount__gt=0)
    return list(rows.select_related("merchant", "category").order_by("-day", "-id")[:MOST])


def splits_out_of_step(*, book: Book) -> QuerySet[Split]:
    """Splits whose amount the bank changed since a person divided it, with the rows; oldest first."""
    rows = Split.objects.filter(book=book, transaction__removed_at=None).exclude(amount=F("transaction__amount"))
    return rows.select_related("transaction__merchant", "rest").order_by("id")


def reimbursement_of(*, book: Book, pk: int) -> Owed | None:
    """What others owe of this purchase, if anything was said; one query."""
    found = Reimbursement.objects.filter(book=book, purchase=pk).annotate(back=_linked("purchase_id"))
    row = found.select_related("purchase").first()
    return as_owed(row) if row else None


def as_owed(row: Reimbursement) -> Owed:
    """A row of `owed` with what came back."""
    return Owed(row, row.back)  # type: ignore[attr-defined]  # annotated


def owed(*, book: Book, settled: bool = False) -> QuerySet[Reimbursement]:
    """What others owe, newest first (with `settled` also what came back), with the purchases; `back` is what came."""
    rows = Reimbursement.objects.filter(book=book, purchase__removed_at=None)
    rows = rows.annotate(back=_linked("purchase_id"))
    rows = rows if settled else rows.filter(back__lt=F("amount"))
    return rows.select_related("purchase__merchant", "purchase__category", "purchase__account").order_by("-id")


def owed_totals(*, book: Book) -> dict[str, Decimal]:
    """What others still owe by currency; one query."""
    rows = owed(book=book).order_by()
    left = rows.values_list("purchase__currency").annotate(sum=Sum(F("amount") - F("back"), output_field=AmountField()))
    return dict(left.order_by("purchase__currency"))


def _linked(column: str) -> Coalesce:
    """What present refunds pay back of the purchase in the column."""
    links = RefundLink.objects.filter(purchase=OuterRef(column), refund__removed_at=None).order_by()
    sums = links.values("purchase").annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums, output_field=AmountField()), ZERO, output_field=AmountField())


def _with_left(rows: QuerySet[Transaction]) -> QuerySet[Transaction]:
    return rows.annotate(back=_linked("pk"))


def _sums(side: str, ids: Collection[int]) -> dict[int, Decimal]:
    other = {"refund": "purchase", "purchase": "refund"}[side]
    rows = RefundLink.objects.filter(**{f"{side}__in": ids, f"{other}__removed_at": None}).order_by()
    return dict(rows.values_list(side).annotate(sum=Sum("amount")))


def _may_pay(refund: Transaction, purchase: Transaction, given: Decimal) -> bool:
    left = -purchase.amount - purchase.back  # type: ignore[attr-defined]  # `_with_left`
    same = refund.merchant_id == purchase.merchant_id and refund.currency == purchase.currency
    return same and ZERO < given <= left and purchase.day <= refund.day <= purchase.day + WITHIN


def _scored(refund: Transaction, purchase: Transaction, given: Decimal) -> RefundCandidate:
    """The whole amount and a short time speak for a pair."""
    left = -purchase.amount - purchase.back  # type: ignore[attr-defined]  # `_with_left`
    days = (refund.day - purchase.day).days
    whole = given == left
    score = (0.85 if whole else 0.5) + 0.14 * (1 - days / WITHIN.days)
    name = purchase.merchant.name if purchase.merchant else purchase.description
    words = {"name": name, "days": days}
    if whole:
        reason = _("The whole amount of a purchase at %(name)s, %(days)d days before") % words
    else:
        reason = _("Part of the amount of a purchase at %(name)s, %(days)d days before") % words
    return RefundCandidate(refund, purchase, left, round(score, 3), reason)
