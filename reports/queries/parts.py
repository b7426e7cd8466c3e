"""The parts of the dashboard. Figures of different currencies stand beside each other and are never added."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from banking.figures import Figure
from banking.models import Account, Category, Connection, Transaction
from banking.queries import Ahead, Line, Together


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An open account; `balance` links to its page. Where entries are ahead of today, `after` is what it is then."""

    account: Account
    balance: Figure
    is_owed: bool
    ahead: Ahead | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Assets less liabilities in one currency; all three link to the accounts.

    Where entries are ahead of today, `after` is the net worth then.
    """

    currency: str
    net_worth: Figure
    assets: Figure
    liabilities: Figure
    ahead: Ahead | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Compared:
    """This month beside the whole of last month, and beside last month up to the same day."""

    now: Figure
    before: Figure
    by_this_day: Figure

    @property
    def change(self) -> Decimal:
        """How much more than last month at the same day."""
        return self.now.amount - self.by_this_day.amount

    @property
    def size(self) -> Decimal:
        """The change without its sign."""
        return abs(self.change)


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and went out this month in one currency; `left` is income less spending."""

    currency: str
    income: Compared
    spending: Compared
    left: Figure


@dataclass(frozen=True, slots=True)
class Spending:
    """What a category cost this month; `share` of all that was spent, 0..1. `children` add up to the amount."""

    category: Category
    amount: Figure
    share: float
    children: tuple["Spending", ...] = ()


@dataclass(frozen=True, slots=True)
class SpendingOf:
    """The spending of this month in one currency, largest first."""

    currency: str
    total: Figure
    categories: tuple[Spending, ...]


@dataclass(frozen=True, slots=True)
class CashFlow:
    """One month in one currency."""

    month: date
    currency: str
    income: Figure
    spending: Figure


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the first page.

    Last month is compared up to `same_day`, inclusive. `flows`, `spending` and `cash_flow` hold the
    book's currency first. `together` is what there is in all of them, converted; `together_line` the same at the end
    of each of the days of `net_worth`, empty where no account is or was in another currency.
    """

    today: date
    month: date
    previous_month: date
    same_day: date
    currency: str
    accounts: tuple[AccountLine, ...]
    worth: tuple[Worth, ...]
    together: Together
    net_worth: tuple[Line, ...]
    together_line: tuple[Together, ...]
    flows: tuple[Flow, ...]
    spending: tuple[SpendingOf, ...]
    cash_flow: tuple[CashFlow, ...]
    latest: tuple[Transaction, ...]
    attention: tuple[Connection, ...]

    @property
    def is_empty(self) -> bool:
        return not self.accounts

    @property
    def has_line_together(self) -> bool:
        """Whether everything together is known on more than one day."""
        return sum(1 for each in self.together_line if not each.missing) > 1

    @property
    def gap_together(self) -> Together | None:
        """The newest of the days before at whose end everything together is not known, as a rate is missing."""
        return next((each for each in reversed(self.together_line) if each.missing and each.on), None)

    @property
    def is_whole_month(self) -> bool:
        """Whether as many days have passed as last month had, so that all of it is compared."""
        return self.same_day + timedelta(days=1) == self.month


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is: accounts, worth by currency with the book's currency first, and all of it together, converted."""

    currency: str
    accounts: tuple[AccountLine, ...]
    worth: tuple[Worth, ...]
    together: Together
