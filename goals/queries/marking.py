"""What is ear-marked in accounts, and how much of it is there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import Book
from banking import queries as banking
from banking.models import Account
from banking.money import places_of
from goals.models import EarMark, GoalState
from goals.planning import sharing

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Marked:
    """The ear-marks by account, those that are served first before the others, and what each account holds today.

    Archived goals claim nothing: their ear-marks are `resting`. An account that was closed holds nothing.
    """

    balances: Mapping[int, Decimal]
    marks: Mapping[int, list[EarMark]] = field(default_factory=dict)
    resting: Sequence[EarMark] = ()

    def shares(self) -> dict[int, tuple[Decimal, Decimal]]:
        """{ear-mark: (what is ear-marked, what of that is there)}."""
        found: dict[int, tuple[Decimal, Decimal]] = {}
        for account_id, marks in self.marks.items():
            balance, places = self.balance(account_id), places_of(marks[0].account.currency)
            got = sharing.shared(balance, [each.claim for each in marks], places)
            found |= {each.pk: (sharing.wanted(each.claim, balance, places), got[each.pk]) for each in marks}
        return found

    def balance(self, account_id: int) -> Decimal:
        return self.balances.get(account_id, ZERO)

    def beyond(self, account_id: int, currency: str) -> Decimal:
        """How much more is ear-marked in the account than it holds."""
        claims = [each.claim for each in self.marks.get(account_id, ())]
        return sharing.beyond(self.balance(account_id), claims, places_of(currency))


def marked(*, book: Book, today: date) -> Marked:
    """Four queries."""
    rows = list(EarMark.objects.filter(book=book).select_related("account", "goal").order_by("id"))
    resting = [each for each in rows if each.goal.state == GoalState.ARCHIVED]
    claiming = [each for each in rows if each.goal.state != GoalState.ARCHIVED]
    return Marked(balances_of(book=book, today=today), by_account(claiming), resting)


def balances_of(*, book: Book, today: date) -> dict[int, Decimal]:
    """What is in each open account; three queries."""
    return {each.account.pk: each.balance for each in banking.accounts(book=book, today=today)}


def by_account(rows: Iterable[EarMark]) -> dict[int, list[EarMark]]:
    """In the order in which they are served: by the priority of the goal, the oldest first."""
    found: dict[int, list[EarMark]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: (each.goal.priority, each.goal_id, each.pk)):
        found[row.account_id].append(row)
    return dict(found)


def marks_of(book: Book, accounts: "QuerySet[Account]") -> "QuerySet[EarMark]":
    """The ear-marks that go when what was read of these accounts is erased."""
    return EarMark.objects.filter(book=book, account__in=accounts)
