"""The merchants of a book and what moved with each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When
from django.db.models.functions import Lower

from accounts.models import Book
from banking.figures import Figure
from banking.models import Merchant
from banking.money import AmountField
from banking.queries.filtering import Filters, matching
from banking.queries.statistics import ZERO, Total
from banking.queries.written import holding


@dataclass(frozen=True, slots=True)
class KnownMerchant:
    """A merchant with what totals count of it by currency, its newest day, and the names merged into it."""

    merchant: Merchant
    totals: tuple[Total, ...]
    latest: date | None
    also: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(total.count for total in self.totals)

    @property
    def figures(self) -> list[Figure]:
        """What moved in each currency, with exactly those rows."""
        counted = {"merchant": str(self.merchant.pk), "pending": "no", "excluded": "no"}
        return [
            Figure(
                f"merchant-{self.merchant.pk}-{total.currency}",
                total.net,
                total.currency,
                {**counted, "currency": total.currency},
            )
            for total in self.totals
        ]


def merchants(*, book: Book, text: str = "") -> QuerySet[Merchant]:
    """The book's merchants by name with their category; with a text those it occurs in, also in a merged name."""
    found = Merchant.objects.filter(book=book, merged_into=None).select_related("category")
    if text:
        merged = Merchant.objects.filter(holding(text, "name"), book=book, merged_into__isnull=False)
        found = found.filter(holding(text, "name", "bank_name") | Q(pk__in=merged.values("merged_into")))
    return found.annotate(folded=Lower("name")).order_by("folded", "id")


def merchant(*, book: Book, pk: int) -> Merchant:
    """One merchant; raise Merchant.DoesNotExist for one that was merged into another, or of another book."""
    return merchants(book=book).get(pk=pk)


def with_totals(*, book: Book, rows: Sequence[Merchant]) -> list[KnownMerchant]:
    """These merchants with their totals, in order; two queries."""
    totals, latest = _totals(book, rows)
    also: dict[int, list[str]] = defaultdict(list)
    merged = Merchant.objects.filter(book=book, merged_into__in=[row.pk for row in rows]).order_by("name", "id")
    for into, name in merged.values_list("merged_into_id", "name"):
        also[into].append(name)
    return [KnownMerchant(row, tuple(totals[row.pk]), latest.get(row.pk), tuple(also[row.pk])) for row in rows]


def _totals(book: Book, rows: Sequence[Merchant]) -> tuple[dict[int, list[Total]], dict[int, date]]:
    totals: dict[int, list[Total]] = defaultdict(list)
    latest: dict[int, date] = {}
    if not rows:
        return totals, latest
    filters = Filters(merchants=frozenset(row.pk for row in rows)).summed()
    found = (
        matching(book=book, filters=filters)
        .values_list("merchant_id", "currency")
        .annotate(
            rows=Count("id"), inward=Sum(_only(Q(amount__gt=0))), outward=Sum(_only(Q(amount__lt=0))), latest=Max("day")
        )
        .order_by("merchant_id", "currency")
    )
    for pk, currency, count, inward, outward, day in found:
        totals[pk].append(Total(currency, count, inward, outward))
        latest[pk] = max(day, latest.get(pk, day))
    return totals, latest


def _only(condition: Q) -> Case:
    return Case(When(condition, then=F("amount")), default=ZERO, output_field=AmountField())
