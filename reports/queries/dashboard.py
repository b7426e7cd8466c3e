"""The dashboard: what there is, what came in and went out, what for. Page and API show the same figures.

Every `Figure` explains itself: the rows that its filters list, times its sign, add up to its amount. Figures of
different currencies stand beside each other; only what there is, and was, is also converted into the book's own. The
comparison with last month is twofold: with the whole month, and with its first days up to today's day of the month.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse

from accounts.models import Book
from banking import queries as banking
from banking.categoriser import UNCATEGORISED
from banking.figures import Figure
from banking.models import Account, Category, CategoryKind
from banking.queries import AccountBalance, Ahead, Filters, MonthAmount, Position, Rates, Together
from banking.queries.connections import needing_attention
from banking.totals import month_after, month_of
from reports.queries.parts import (
    AccountLine,
    CashFlow,
    Compared,
    Dashboard,
    Flow,
    Overview,
    Spending,
    SpendingOf,
    Worth,
)

MONTHS = 6
LINE_MONTHS = 12
ZERO = Decimal(0)
SIGN: Mapping[str, int] = {"income": 1, "expense": -1}


def overview(*, book: Book, today: date) -> Overview:
    """Three queries, and one for rates where a currency is not the book's."""
    balances = banking.accounts(book=book, today=today)
    together = banking.together(book=book, balances=balances, today=today)
    return Overview(book.currency, _account_lines(balances), _worth(book, banking.positions(balances)), together)


def dashboard(*, book: Book, today: date) -> Dashboard:
    """Ten queries, whatever the size of the book, and one for rates where a currency is not the book's."""
    month = month_of(today)
    first = banking.months_back(month, MONTHS - 1)
    rows = list(banking.account_rows(book=book, closed=True))
    movements = banking.month_movements(book=book, today=today)
    balances = _balances(rows, movements, banking.ahead(book=book, today=today))
    ends = _ends(today)
    days = [end - timedelta(days=1) for end in ends]
    rates = banking.rates(book=book, currencies={row.currency for row in rows}, days=days)
    amounts = banking.month_amounts(book=book, start=first, end=month_after(month))
    currencies = _currencies(book, amounts)
    categories = {row.pk: row for row in banking.category_rows(book=book, archived=True)}
    return Dashboard(
        today=today,
        month=month,
        previous_month=banking.months_back(month, 1),
        same_day=_same_day(today) - timedelta(days=1),
        currency=book.currency,
        accounts=_account_lines(balances),
        worth=_worth(book, banking.positions(balances)),
        together=banking.together(book=book, balances=balances, today=today, known=rates),
        net_worth=tuple(banking.net_worth_lines(book=book, rows=rows, movements=movements, ends=ends)),
        together_line=_together_line(book, rows, movements, ends, rates, today),
        flows=_flows(amounts, currencies, today, _by_this_day(book, amounts, categories, today)),
        spending=_spending(categories, amounts, currencies, month),
        cash_flow=_cash_flow(amounts, currencies, banking.months_between(first, month_after(month))),
        latest=tuple(banking.latest(book=book, today=today)),
        attention=tuple(needing_attention(book=book)),
    )


def _balances(
    rows: Sequence[Account], movements: Mapping[int, Mapping[date, Decimal]], ahead: Mapping[int, Ahead]
) -> list[AccountBalance]:
    return [
        AccountBalance(row, row.opening + sum(movements.get(row.pk, {}).values(), ZERO), ahead.get(row.pk))
        for row in rows
        if row.closed_at is None
    ]


def _account_lines(balances: Iterable[AccountBalance]) -> tuple[AccountLine, ...]:
    return tuple(AccountLine(each.account, each.figure, each.is_owed, each.ahead, each.after) for each in balances)


def _worth(book: Book, positions: Iterable[Position]) -> tuple[Worth, ...]:
    ordered = sorted(positions, key=lambda each: (each.currency != book.currency, each.currency))
    return tuple(_worth_of(each) for each in ordered or [Position(book.currency, ZERO, ZERO)])


def _worth_of(position: Position) -> Worth:
    def figure(name: str, amount: Decimal) -> Figure:
        return Figure(f"{name}-{position.currency}", amount, position.currency, address=reverse("accounts"))

    return Worth(
        currency=position.currency,
        net_worth=figure("net-worth", position.net_worth),
        assets=figure("assets", position.assets),
        liabilities=figure("liabilities", position.liabilities),
        ahead=position.ahead,
        after=position.after,
    )


def _ends(today: date) -> list[date]:
    """The end of each of the months before this one, and of today: LINE_MONTHS points, each the day after."""
    month = month_of(today)
    return [
        *(banking.months_back(month, count) for count in reversed(range(LINE_MONTHS - 1))),
        today + timedelta(days=1),
    ]


def _together_line(
    book: Book,
    rows: Sequence[Account],
    movements: Mapping[int, Mapping[date, Decimal]],
    ends: Sequence[date],
    rates: Rates,
    today: date,
) -> tuple[Together, ...]:
    if all(row.currency == book.currency for row in rows):
        return ()
    return tuple(
        banking.together_before(book=book, rows=rows, movements=movements, ends=ends, known=rates, today=today)
    )


def _currencies(book: Book, amounts: Iterable[MonthAmount]) -> list[str]:
    return [book.currency, *sorted({each.currency for each in amounts} - {book.currency})]


def _flows(
    amounts: Sequence[MonthAmount], currencies: Sequence[str], today: date, partly: Callable[[str, str], Decimal]
) -> tuple[Flow, ...]:
    month, previous, same_day = month_of(today), banking.months_back(month_of(today), 1), _same_day(today)

    def compared(kind: str, currency: str) -> Compared:
        def figure(name: str, net: Decimal, start: date, end: date | None = None) -> Figure:
            return _figure(f"{kind}-{name}-{currency}", net, kind, currency, start, end)

        return Compared(
            now=figure("now", _net(amounts, month, kind, currency), month),
            before=figure("before", _net(amounts, previous, kind, currency), previous),
            by_this_day=figure("by-this-day", partly(kind, currency), previous, same_day),
        )

    return tuple(
        Flow(
            currency=currency,
            income=compared("income", currency),
            spending=compared("expense", currency),
            left=_figure(f"left-{currency}", _net(amounts, month, "flow", currency), "flow", currency, month),
        )
        for currency in currencies
    )


def _same_day(today: date) -> date:
    """The end, exclusive, of as many days of last month as have passed of this one; a short month ends sooner."""
    month = month_of(today)
    return min(banking.months_back(month, 1) + timedelta(days=today.day), month)


def _by_this_day(
    book: Book, amounts: Sequence[MonthAmount], categories: Mapping[int, Category], today: date
) -> Callable[[str, str], Decimal]:
    """The net of a kind and currency in the first days of last month, as many as have passed of this one.

    Days are not stored by kind, so the rows are asked: of the first days, or of the rest where that is shorter.
    """
    day = _same_day(today)
    month, end = banking.months_back(month_of(today), 1), month_of(today)
    if day - month <= end - day:
        live = _net_by_kind(book, categories, Filters(start=month, end=day, counted=True))
        return lambda kind, currency: live[kind, currency]
    rest = _net_by_kind(book, categories, Filters(start=day, end=end, counted=True))
    return lambda kind, currency: _net(amounts, month, kind, currency) - rest[kind, currency]


def _net_by_kind(book: Book, categories: Mapping[int, Category], filters: Filters) -> Mapping[tuple[str, str], Decimal]:
    """Grouped by nothing but columns of the index `transaction_list`, which alone answers."""
    rows = banking.matching(book=book, filters=filters).order_by().values_list("category_id", "currency")
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for pk, currency, *sums in rows.annotate(inward=Sum("amount", filter=Q(amount__gt=0)), whole=Sum("amount")):
        inward, whole = (each or ZERO for each in sums)
        if categories[pk].code == UNCATEGORISED:
            found[CategoryKind.INCOME, currency] += inward
            whole -= inward
        found[categories[pk].kind, currency] += whole
    return found


def _net(amounts: Iterable[MonthAmount], month: date, kind: str, currency: str) -> Decimal:
    """The plain sum, negative where more went out; the kind "flow" is income and expenses together."""
    kinds = {"income", "expense"} if kind == "flow" else {kind}
    found = (each for each in amounts if each.month == month and each.currency == currency and each.kind in kinds)
    return sum((each.net for each in found), ZERO)


def _figure(name: str, net: Decimal, kind: str, currency: str, start: date, end: date | None = None) -> Figure:
    sign = SIGN.get(kind, 1)
    filters = {
        "start": start.isoformat(),
        "end": (end or month_after(start)).isoformat(),
        "kind": kind,
        "currency": currency,
        "counted": "on",
    }
    return Figure(name, net * sign + ZERO, currency, filters, sign)


def _spending(
    categories: Mapping[int, Category], amounts: Sequence[MonthAmount], currencies: Sequence[str], month: date
) -> tuple[SpendingOf, ...]:
    expenses = [each for each in amounts if each.month == month and each.kind == CategoryKind.EXPENSE]
    return tuple(
        SpendingOf(
            currency=currency,
            total=_total(amounts, month, currency),
            categories=_tops([each for each in expenses if each.currency == currency], categories, month, currency),
        )
        for currency in currencies
    )


def _total(amounts: Sequence[MonthAmount], month: date, currency: str) -> Figure:
    return _figure(f"spending-{currency}", _net(amounts, month, "expense", currency), "expense", currency, month)


def _tops(
    expenses: Sequence[MonthAmount], categories: Mapping[int, Category], month: date, currency: str
) -> tuple[Spending, ...]:
    inside: dict[int, list[MonthAmount]] = defaultdict(list)
    for each in expenses:
        inside[categories[each.category_id].parent_id or each.category_id].append(each)
    whole = sum((-each.net for each in expenses if each.net < 0), ZERO)

    def spending(pk: int, net: Decimal, children: Iterable[Spending] = (), *, exact: bool = False) -> Spending:
        figure = _category_figure(categories[pk], net, currency, month, exact=exact)
        share = float(figure.amount / whole) if whole and figure.amount > 0 else 0.0
        return Spending(categories[pk], figure, share, _largest_first(children))

    return _largest_first(
        spending(
            pk,
            sum((each.net for each in parts), ZERO),
            [spending(each.category_id, each.net, exact=True) for each in parts],
        )
        for pk, parts in inside.items()
    )


def _category_figure(category: Category, net: Decimal, currency: str, month: date, *, exact: bool) -> Figure:
    """`exact` leaves out the categories inside this one.

    Of what nobody has filed yet only what went out is spending.
    """
    filters = {
        "start": month.isoformat(),
        "end": month_after(month).isoformat(),
        "category": str(category.pk),
        "currency": currency,
        "counted": "on",
        **({"exact": "on"} if exact else {}),
        **({"kind": "expense"} if category.code == UNCATEGORISED else {}),
    }
    name = f"spending-{category.pk}-{'own-' if exact else ''}{currency}"
    return Figure(name, -net + ZERO, currency, filters, sign=-1)


def _largest_first(found: Iterable[Spending]) -> tuple[Spending, ...]:
    return tuple(sorted(found, key=lambda each: (-each.amount.amount, each.category.name)))


def _cash_flow(
    amounts: Sequence[MonthAmount], currencies: Sequence[str], months: Sequence[date]
) -> tuple[CashFlow, ...]:
    def figure(kind: str, month: date, currency: str) -> Figure:
        name = f"{kind}-{month:%Y-%m}-{currency}"
        return _figure(name, _net(amounts, month, kind, currency), kind, currency, month)

    return tuple(
        CashFlow(month, currency, figure("income", month, currency), figure("expense", month, currency))
        for currency in currencies
        for month in months
    )
