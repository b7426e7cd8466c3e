"""What is to assign: the money that is there and that no budget holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.models import AccountKind
from banking.money import from_units, to_units
from banking.queries import AccountBalance, Filters
from budgeting.models import BudgetMode, Mode
from budgeting.periods import MONTHLY
from budgeting.queries.plans import plans
from budgeting.queries.standing import Status, statuses

ZERO = Decimal(0)
SPENDABLE = frozenset({AccountKind.DEPOSITORY, AccountKind.CREDIT})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A budget in the period that today lies in. `ahead` is what of its spending is entered for later days: it is not
    in `left` any more, but still in the account."""

    status: Status
    ahead: Decimal

    @property
    def holds(self) -> Decimal:
        """What of the money of today is in it; negative where more was spent."""
        return self.status.left.amount + self.ahead


@dataclass(frozen=True, slots=True)
class ToAssign:
    """The balance of the spendable accounts less what all budgets hold now, in the book's currency.

    `held` is what the envelopes with something in them hold; `overspent` what is missing in the others, positive.
    `accounts` and `envelopes` are what it is made of.
    """

    day: date
    currency: str
    accounts: Sequence[AccountBalance]
    envelopes: Sequence[Envelope]

    @property
    def amount(self) -> Decimal:
        return self.balance.amount - self.held.amount + self.overspent.amount

    @property
    def figure(self) -> Figure:
        return self._figure("to-assign", self.amount)

    @property
    def balance(self) -> Figure:
        amount = sum((each.balance for each in self.accounts), ZERO)
        return self._figure("balance", amount, address=reverse("accounts"))

    @property
    def held(self) -> Figure:
        return self._figure("held", sum((max(each.holds, ZERO) for each in self.envelopes), ZERO))

    @property
    def overspent(self) -> Figure:
        return self._figure("overspent", sum((max(-each.holds, ZERO) for each in self.envelopes), ZERO))

    @property
    def twice(self) -> list[str]:
        """The categories that are in budgets of several kinds of periods: spending is taken out of each of them."""
        seen: dict[int, set[object]] = {}
        names = {}
        for each in self.envelopes:
            for pk in each.status.share.categories:
                seen.setdefault(pk, set()).add(each.status.budget.cycle)
            names[each.status.category.pk] = each.status.category.name
        return sorted(names[pk] for pk, cycles in seen.items() if len(cycles) > 1 and pk in names)

    def _figure(self, name: str, amount: Decimal, *, address: str = "") -> Figure:
        """With at least two places, as amounts are kept."""
        page = address or f"{reverse('budgets')}?period={MONTHLY.name}"
        amount = from_units(to_units(amount))
        return Figure(f"budgets-{name}-{self.currency}", amount, self.currency, address=page)


def mode_of(*, book: Book) -> Mode:
    """How the book plans; one query."""
    found = BudgetMode.objects.filter(book=book).values_list("mode", flat=True).first()
    return Mode(found or Mode.LIMITS)


def to_assign(*, book: Book, today: date) -> ToAssign:
    """What no budget holds yet, or where it is negative what was given out twice; nine queries at most.

    Every budget of the book counts, whatever its period and whoever it is for, as it stands in the period that today
    lies in.
    """
    known = plans(book=book)
    rows = [(row, row.cycle.period_of(today)) for row in known.on(today) if row.currency == book.currency]
    standing = statuses(plans=known, found=rows, today=today, projected=False)
    accounts = [
        each
        for each in banking.accounts(book=book, today=today)
        if each.account.kind in SPENDABLE and each.account.currency == book.currency
    ]
    return ToAssign(today, book.currency, accounts, _envelopes(book, standing, accounts, today))


def _envelopes(
    book: Book, standing: Sequence[Status], accounts: Sequence[AccountBalance], today: date
) -> list[Envelope]:
    """An entry by hand of a later day is taken from its envelope at once, and from its account on that day."""
    manual = frozenset(each.account.pk for each in accounts if each.account.is_manual)
    tomorrow, end = today + timedelta(days=1), max((each.period.end for each in standing), default=today)
    later = {}
    if manual and tomorrow < end:
        filters = Filters(start=tomorrow, end=end, accounts=manual, currency=book.currency, counted=True)
        rows = banking.matching(book=book, filters=filters)
        columns = ("day", "category_id", "account__holder_id")
        later = {(*place,): net for *place, net in rows.order_by().values_list(*columns).annotate(net=Sum("amount"))}
    found = [Envelope(each, -_within(each, later) + ZERO) for each in standing]
    return sorted(found, key=lambda each: (each.status.name.casefold(), each.status.budget.pk))


def _within(status: Status, later: dict[tuple[date, int, int | None], Decimal]) -> Decimal:
    nets = (
        net
        for (day, category, holder), net in later.items()
        if day in status.period and status.share.holds(category, holder)
    )
    return sum(nets, ZERO)
