"""Accounts under their kinds, as the page of accounts shows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from banking.models import AccountKind
from banking.queries.balances import AccountBalance


@dataclass(frozen=True, slots=True)
class Holding:
    """The accounts of one kind and what is in them by currency; what is owed is negative."""

    kind: str
    name: str
    balances: tuple[AccountBalance, ...]
    totals: tuple[tuple[str, Decimal], ...]


def holdings(balances: Iterable[AccountBalance]) -> list[Holding]:
    """By kind in the order cash, cards, loans, investments, other; kinds without an account are left out."""
    by_kind: dict[str, list[AccountBalance]] = defaultdict(list)
    for each in balances:
        by_kind[each.account.kind].append(each)
    return [
        Holding(kind, str(AccountKind(kind).label), tuple(by_kind[kind]), _totals(by_kind[kind]))
        for kind in AccountKind.values
        if kind in by_kind
    ]


def _totals(balances: Iterable[AccountBalance]) -> tuple[tuple[str, Decimal], ...]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for each in balances:
        totals[each.account.currency] += each.balance
    return tuple(sorted(totals.items()))
