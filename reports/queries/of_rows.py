"""Figures that are sums of transactions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, F, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.forms import TransactionFilter
from banking.models import CategoryKind
from banking.queries import FLOW, Filters
from banking.queries.filtering import UNFILED_INCOME
from reports.queries.explained import Explanation, LeftOut, Part, Reason

ZERO = Decimal(0)
NARROWING = frozenset({"pending", "excluded", "counted", "kind", "direction", "currency"})
"""What decides which rows of the period are in the figure; the other filters say which rows it is about."""
Given = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are all in the figure or all left out for one reason."""

    currency: str
    pending: bool
    excluded: bool
    kind: str
    direction: str
    count: int
    amount: Decimal


def explained_rows(*, book: Book, figure: Figure, given: Given, locale: str = "") -> Explanation:
    """`given` are the filters that list the rows of the figure. One query over the rows, and those of the filters."""
    form = TransactionFilter(given, book=book, locale=locale)
    form.is_valid()
    filters = form.filters()
    about = {name: value for name, value in given.items() if name not in NARROWING}
    found: dict[tuple[Reason, str, str], list[Group]] = defaultdict(list)
    included: list[Group] = []
    for group in _groups(book, filters):
        if reason := _reason(group, filters, figure.currency):
            found[reason, group.currency, group.kind if reason in BY_KIND else ""].append(group)
        else:
            included.append(group)
    count, amount = _sum(included)
    shown = replace(figure, filters={}, address=_address(given))
    return Explanation(
        figure=shown,
        definition=_definition(figure, filters),
        start=filters.start,
        until=filters.end - timedelta(days=1) if filters.end else None,
        parts=(Part(_("Transactions"), amount, count, _address(given)),),
        left_out=tuple(
            _left_out(key, groups, about, filters, figure.currency) for key, groups in sorted(found.items())
        ),
    )


BY_KIND = frozenset({Reason.TRANSFER, Reason.OTHER_KIND})


def _groups(book: Book, filters: Filters) -> list[Group]:
    about = replace(filters, pending=None, excluded=None, counted=False, kind="", direction="", currency="")
    kind = Case(When(UNFILED_INCOME, then=Value("income")), default=F("category__kind"), output_field=CharField())
    way = Case(When(amount__gt=0, then=Value("in")), When(amount__lt=0, then=Value("out")), default=Value(""))
    rows = banking.matching(book=book, filters=about).annotate(of_kind=kind, way=way)
    columns = ("currency", "pending", "excluded", "of_kind", "way")
    found = rows.order_by().values_list(*columns).annotate(count=Count("pk"), sum=Sum("amount"))
    return [Group(*values) for values in found]


def _reason(group: Group, filters: Filters, currency: str) -> Reason | None:
    """The first reason why the rows are not in the figure; None where they are."""
    if group.currency != currency:
        return Reason.OTHER_CURRENCY
    if group.pending != bool(filters.pending):
        return Reason.PENDING if group.pending else Reason.POSTED
    if group.excluded != bool(filters.excluded):
        return Reason.EXCLUDED if group.excluded else Reason.COUNTED
    kinds = (CategoryKind.INCOME, CategoryKind.EXPENSE) if filters.kind == FLOW else (filters.kind,)
    if filters.kind and group.kind not in kinds:
        return Reason.TRANSFER if group.kind == CategoryKind.TRANSFER else Reason.OTHER_KIND
    if filters.direction and group.direction != filters.direction:
        return Reason.OTHER_DIRECTION
    return None


def _sum(groups: Sequence[Group]) -> tuple[int, Decimal]:
    return sum(each.count for each in groups), sum((each.amount for each in groups), ZERO)


def _left_out(
    key: tuple[Reason, str, str], groups: Sequence[Group], about: Given, filters: Filters, currency: str
) -> LeftOut:
    reason, of_currency, kind = key
    count, amount = _sum(groups)
    states = {"pending": "yes" if filters.pending else "no", "excluded": "yes" if filters.excluded else "no"}
    turned = {"yes": "no", "no": "yes"}
    narrowed: dict[str, str] = {
        Reason.OTHER_CURRENCY: {},
        Reason.PENDING: {"pending": turned[states["pending"]]},
        Reason.POSTED: {"pending": turned[states["pending"]]},
        Reason.EXCLUDED: {**states, "excluded": turned[states["excluded"]]},
        Reason.COUNTED: {**states, "excluded": turned[states["excluded"]]},
        Reason.TRANSFER: {**states, "kind": kind},
        Reason.OTHER_KIND: {**states, "kind": kind},
        Reason.OTHER_DIRECTION: {
            **states,
            **({"kind": filters.kind} if filters.kind else {}),
            "direction": "out" if filters.direction == "in" else "in",
        },
    }[reason]
    address = _address({**about, **narrowed, "currency": of_currency})
    return LeftOut(reason, _in_words(reason, of_currency, kind), of_currency, count, amount, address)


def _in_words(reason: Reason, currency: str, kind: str) -> str:
    if reason is Reason.OTHER_CURRENCY:
        return _("In %s: another currency is never added") % currency
    if reason is Reason.OTHER_KIND:
        return _("Income") if kind == CategoryKind.INCOME else _("Spending")
    return {
        Reason.PENDING: _("Pending: not booked yet"),
        Reason.POSTED: _("Booked: only pending ones are asked for"),
        Reason.EXCLUDED: _("Left out of totals by hand"),
        Reason.COUNTED: _("Counted: only what is left out is asked for"),
        Reason.TRANSFER: _("Transfers: between your own accounts, cash, to and from people"),
        Reason.OTHER_DIRECTION: _("The other direction"),
    }[reason]


def _address(given: Given) -> str:
    return f"{reverse('transactions')}?{urlencode(given, doseq=True)}"


def _definition(figure: Figure, filters: Filters) -> str:
    """What the figure means, in words."""
    name = figure.id
    if name.startswith(("budget-pending-", "budgets-pending-")):
        return _("What is not booked yet under the categories of the budget, in its period.")
    if name.startswith(("budget-", "budgets-")):
        return _(
            "What was spent under the categories of the budget in its period: booked transactions that are not left "
            "out of totals. Money that came back is taken off. A category with a budget of its own is not in that of "
            "its group."
        )
    if name.startswith("spending-") and filters.categories:
        return _(
            "What was spent under this category in the month: booked transactions that are not left out of totals. "
            "Money that came back is taken off."
        )
    if name.startswith(("expense-", "spending-")):
        return _(
            "What was spent: booked transactions under categories of expenses, and money out that nobody has filed "
            "yet. Money that came back is taken off; what is filed under transfers, such as between your own "
            "accounts, cash or to people, does not count."
        )
    if name.startswith("income-"):
        return _(
            "What came in: booked transactions under categories of income, and money in that nobody has filed yet. "
            "What is filed under transfers, such as between your own accounts or from people, does not count."
        )
    if name.startswith("left-"):
        return _("Income less spending of the month: what came in and was not spent.")
    if name.startswith("day-"):
        return _("What the listed transactions of this day come to: those that are booked and not left out of totals.")
    if name.startswith("merchant-"):
        return _("What moved with this merchant in all: those that are booked and not left out of totals.")
    return {
        "in": _("The money in among the listed transactions that are booked and not left out of totals."),
        "out": _("The money out among the listed transactions that are booked and not left out of totals."),
    }.get(filters.direction, _("What the listed transactions come to that are booked and not left out of totals."))
