"""The dashboard's figures in the groups that its page shows side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from banking.figures import Figure
from banking.models import AccountKind
from banking.queries import Point
from reports.queries import AccountLine, CashFlow, Dashboard, Flow, SpendingOf, Worth


@dataclass(frozen=True, slots=True)
class Kind:
    """The accounts of one kind."""

    name: str
    lines: tuple[AccountLine, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """The net worth at the end of a month, linked to the accounts as they were then; today, as they are."""

    day: date
    net_worth: Figure


@dataclass(frozen=True, slots=True)
class InCurrency:
    """Everything of one currency; what there is nothing of is None."""

    currency: str
    worth: Worth | None
    points: tuple[Ending, ...]
    flow: Flow | None
    spending: SpendingOf | None
    months: tuple[CashFlow, ...]

    @property
    def has_moved(self) -> bool:
        """Whether the months shown hold anything."""
        return any(month.income.amount or month.spending.amount for month in self.months)


def kinds(lines: Iterable[AccountLine]) -> list[Kind]:
    """The accounts by kind: cash, cards, loans, investments, other."""
    found: dict[str, list[AccountLine]] = defaultdict(list)
    for line in lines:
        found[line.account.kind].append(line)
    return [Kind(str(AccountKind(kind).label), tuple(found[kind])) for kind in AccountKind.values if kind in found]


def by_currency(board: Dashboard) -> list[InCurrency]:
    """The book's currency first, then the others in which there is or was something."""
    names = [board.currency, *(each.currency for each in board.worth), *(each.currency for each in board.flows)]
    found = [_of(board, currency) for currency in dict.fromkeys(names)]
    return [each for each in found if each.worth or each.has_moved]


def _of(board: Dashboard, currency: str) -> InCurrency:
    return InCurrency(
        currency=currency,
        worth=next((each for each in board.worth if each.currency == currency), None),
        points=tuple(
            _ending(each, currency, board.today)
            for line in board.net_worth
            if line.currency == currency
            for each in line.points
        ),
        flow=next((each for each in board.flows if each.currency == currency), None),
        spending=next((each for each in board.spending if each.currency == currency), None),
        months=tuple(each for each in board.cash_flow if each.currency == currency),
    )


def _ending(point: Point, currency: str, today: date) -> Ending:
    last = point.day - timedelta(days=1)
    address = reverse("accounts") + (f"?on={last.isoformat()}" if last < today else "")
    return Ending(last, Figure(f"net-worth-{last}-{currency}", point.amount, currency, address=address))
