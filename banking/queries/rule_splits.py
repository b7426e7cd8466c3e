"""The amounts into which a rule would split rows."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from accounts.models import Book
from banking import ruling
from banking.models import Account, DayTotal
from banking.money import places_of
from banking.queries.ruling import Found


def amounts(*, book: Book, rows: Sequence[Found]) -> dict[int, list[Decimal]]:
    """The amount of each part by the id of the row; at most two queries."""
    loans = {part.account for row in rows for part in row.split if part.account is not None}
    known = _Balances(book, loans) if loans else None
    return {
        row.pk: ruling.portions(
            row.amount,
            row.split,
            places=places_of(row.currency),
            owed={loan: known.owed(loan, row.day) for loan in loans} if known else None,
        )
        for row in rows
        if row.split
    }


class _Balances:
    """What loans stood at before each day."""

    def __init__(self, book: Book, loans: set[int]) -> None:
        self._opening = dict(Account.objects.filter(book=book, pk__in=loans).values_list("pk", "opening"))
        moved: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
        totals = DayTotal.objects.filter(book=book, account__in=loans).order_by("day")
        for account, day, amount in totals.values_list("account_id", "day", "amount"):
            moved[account].append((day, amount))
        self._days = {account: [day for day, _amount in found] for account, found in moved.items()}
        self._sums = {
            account: list(accumulate((amount for _day, amount in found), initial=Decimal(0)))
            for account, found in moved.items()
        }

    def owed(self, loan: int, day: date) -> Decimal:
        """The size of what is owed at the beginning of the day; what is owed is a negative balance."""
        moved = self._sums[loan][bisect_left(self._days[loan], day)] if loan in self._days else Decimal(0)
        return max(Decimal(0), -(self._opening.get(loan, Decimal(0)) + moved))
