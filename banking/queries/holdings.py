"""Accounts under their kinds, as the page of accounts shows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from banking.figures import Figure
from banking.models import AccountKind
from banking.queries.standing import AccountBalance


@dataclass(frozen=True, slots=True)
class Holding:
    """The accounts of one kind and what is in them by currency; what is owed is negative."""

    kind: str
    name: str
    balances: tuple[AccountBalance, ...]
    totals: tuple[Figure, ...]


def holdings(balances: Iterable[AccountBalance], *, address: str) -> list[Holding]:
    """By kind in the order cash, cards, loans, investments, other; kinds without an account are left out.

    `address` is the page that lists the accounts, where each kind has the anchor `kind-…`.
    """
    by_kind: dict[str, list[AccountBalance]] = defaultdict(list)
    for each in balances:
        by_kind[each.account.kind].append(each)
    return [
        Holding(kind, str(AccountKind(kind).label), tuple(by_kind[kind]), _totals(kind, by_kind[kind], address))
        for kind in AccountKind.values
        if kind in by_kind
    ]


def _totals(kind: str, balances: Iterable[AccountBalance], address: str) -> tuple[Figure, ...]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for each in balances:
        totals[each.account.currency] += each.balance
    return tuple(
        Figure(f"{kind}-{currency}", total, currency, address=f"{address}#kind-{kind}")
        for currency, total in sorted(totals.items())
    )
