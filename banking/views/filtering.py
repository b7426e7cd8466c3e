"""What the list of transactions shows about its filters: chips, quick choices, totals that link to their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banking.figures import Figure
from banking.forms import TransactionFilter
from banking.forms.filtering import query_string as given
from banking.models import Transaction
from banking.queries import Filters, Summary, Total
from banking.queries.filtering import FLOW
from banking.queries.months import months_back
from banking.totals import month_after, month_of

DAYS = {"start": gettext_lazy("From"), "until": gettext_lazy("To"), "end": gettext_lazy("Before")}
SIZES = {"amount_min": gettext_lazy("At least"), "amount_max": gettext_lazy("At most")}
NAMED = {
    "pending": {"yes": gettext_lazy("Only pending"), "no": gettext_lazy("Without pending")},
    "excluded": {"yes": gettext_lazy("Only left out"), "no": gettext_lazy("Without left out")},
    "direction": {"in": gettext_lazy("Money in"), "out": gettext_lazy("Money out")},
    "kind": {
        "income": gettext_lazy("Income"),
        "expense": gettext_lazy("Spending"),
        "transfer": gettext_lazy("Transfers"),
        "flow": gettext_lazy("Without transfers"),
    },
    "exact": {"on": gettext_lazy("Exactly this category")},
    "counted": {"on": gettext_lazy("Only what counts")},
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, with a day or a size where it is about one, and the address of the list without it."""

    text: str
    without: str
    day: date | None = None
    size: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick choice of days."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The totals of the list in one currency; a list of one direction has none for the other."""

    currency: str
    count: int
    money_in: Figure | None
    money_out: Figure | None
    net: Figure


def address(query: QueryDict) -> str:
    encoded = query.urlencode()
    return f"{reverse('transactions')}?{encoded}" if encoded else reverse("transactions")


def chips(form: TransactionFilter) -> list[Chip]:
    """One chip for each value that filters."""
    query = given(form)
    found = []
    for name, values in query.lists():
        for value in values:
            without = query.copy()
            without.setlist(name, [each for each in values if each != value])
            day = form.cleaned_data.get(name) if name in DAYS else None
            size = form.cleaned_data.get(name) if name in SIZES else None
            found.append(Chip(_worded(form, name, value), address(without), day, size))
    return found


def _worded(form: TransactionFilter, name: str, value: str) -> str:
    if name in DAYS or name in SIZES:
        return str({**DAYS, **SIZES}[name])
    if name == "whose":
        return _("Accounts of some people")
    if name in {"q", "find"}:
        return f"“{value}”"
    if name in NAMED:
        return str(NAMED[name].get(value, value))
    rows: Iterable[Model] | str = form.cleaned_data.get(name) or []
    named = {str(row.pk): str(row) for row in rows if isinstance(row, Model)}
    return named.get(value, value)


def periods(form: TransactionFilter, *, today: date) -> list[Choice]:
    """This month, last month, three months, this year."""
    month = month_of(today)
    last = months_back(month, 1)
    named = [
        (_("This month"), month, month_after(month)),
        (_("Last month"), last, month),
        (_("Three months"), months_back(month, 2), month_after(month)),
        (_("This year"), date(today.year, 1, 1), date(today.year + 1, 1, 1)),
    ]
    return [_choice(form, text, start, end - timedelta(days=1)) for text, start, end in named]


def _choice(form: TransactionFilter, text: str, start: date, until: date) -> Choice:
    query = given(form)
    days = {"start": start.isoformat(), "until": until.isoformat()}
    for name, value in days.items():
        query[name] = value
    return Choice(text, address(query))


def without_transfers(form: TransactionFilter) -> str:
    """The address of the same list without money between one's own accounts; empty where kinds are chosen already."""
    query = given(form)
    if query.keys() & {"kind", "category"}:
        return ""
    query["kind"] = FLOW
    return address(query)


def strips(form: TransactionFilter, summary: Summary, *, first: str) -> list[Strip]:
    """The summary's figures, each with the rows it is made of; the currency `first` before the others."""
    query, direction = summed(form), form.filters().direction
    return [
        Strip(
            currency=total.currency,
            count=total.count,
            money_in=None if direction == "out" else _figure("list-in", total.money_in, total, query, direction="in"),
            money_out=None
            if direction == "in"
            else _figure("list-out", total.money_out, total, query, direction="out"),
            net=_figure("list-net", total.net, total, query),
        )
        for total in sorted(summary.totals, key=lambda each: (each.currency != first, each.currency))
    ]


def day_figures(form: TransactionFilter, totals: dict[date, list[Total]]) -> dict[date, list[Figure]]:
    """What each day comes to, with the rows of that day."""
    query = summed(form)
    return {day: [_day_figure(day, total, query) for total in found] for day, found in totals.items()}


def _day_figure(day: date, total: Total, query: QueryDict) -> Figure:
    return _figure(f"day-{day}", total.net, total, query, start=day.isoformat(), until=day.isoformat())


def _figure(name: str, amount: Decimal, total: Total, query: QueryDict, **filters: str) -> Figure:
    narrowed = query.copy()
    for key, value in {"currency": total.currency, **filters}.items():
        narrowed[key] = value
    return Figure(f"{name}-{total.currency}", amount, total.currency, address=address(narrowed))


def summed(form: TransactionFilter) -> QueryDict:
    """The query string of exactly those listed rows that the totals are made of."""
    filters: Filters = form.filters().summed()
    query = given(form)
    query["pending"] = "yes" if filters.pending else "no"
    query["excluded"] = "yes" if filters.excluded else "no"
    return query


def by_day(rows: Sequence[Transaction]) -> list[tuple[date, list[Transaction]]]:
    """The rows of a page under their days, in order."""
    days: dict[date, list[Transaction]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    return list(days.items())
