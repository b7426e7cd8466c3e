"""Free trials: what a person said about one, and first charges of next to nothing that look like one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from accounts.models import Book
from banking.money import places_of
from banking.queries import matching
from budgeting.items import ItemState, RecurringItem
from budgeting.queries import recurring

LIKE_SUBSCRIPTIONS = frozenset({"STREAMING", "SUBSCRIPTIONS", "NEWS", "GAMES", "FITNESS", "COURSES"})
USUAL = timedelta(days=30)
"""How long a trial lasts of which nothing else is known."""
LOOKED_AT = timedelta(days=62)
SHOWN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Charge:
    """A transaction; the amount is signed."""

    pk: int
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Trial:
    """`day` is when it ends or has ended: as a person said, when the full price came, or else as is usual (a guess)."""

    name: str
    day: date
    currency: str
    item: RecurringItem | None = None
    first: Charge | None = None
    full: Charge | None = None

    @property
    def is_guess(self) -> bool:
        return self.item is None and self.full is None

    @property
    def amount(self) -> Decimal | None:
        """What it costs from then on, where that is known; negative."""
        return self.full.amount if self.full else self.item.amount if self.item else None


def trials(*, book: Book, today: date) -> list[Trial]:
    """Those that end in the days to come or ended in the last 30, by that day; three queries."""
    items = list(recurring.items(book=book).exclude(state=ItemState.ENDED))
    said = [
        Trial(row.called, row.trial_ends_on, row.currency, item=row)
        for row in items
        if row.trial_ends_on and row.state != ItemState.IGNORED
    ]
    known = {row.merchant_id for row in items if row.trial_ends_on or row.state == ItemState.IGNORED}
    found = [*said, *_found(book, today, known)]
    return sorted(
        (each for each in found if each.day >= today - SHOWN_AFTER), key=lambda each: (each.day, each.name.casefold())
    )


def _found(book: Book, today: date, known: Iterable[int | None]) -> list[Trial]:
    """Merchants like subscriptions whose very first charge was next to nothing."""
    tiny = matching(book=book).filter(
        category__code__in=LIKE_SUBSCRIPTIONS,
        merchant__isnull=False,
        amount__range=(_next_to_nothing("JPY") * -1, Decimal(0)),
        day__gt=today - LOOKED_AT,
        day__lte=today,
    )
    merchants = {
        pk
        for pk, amount, currency in tiny.values_list("merchant_id", "amount", "currency")
        if abs(amount) <= _next_to_nothing(currency)
    }
    rows = matching(book=book).filter(Q(merchant__in=merchants - set(known)), amount__lte=0, day__lte=today)
    charges: dict[tuple[int, str, str], list[Charge]] = defaultdict(list)
    columns = ("pk", "merchant_id", "merchant__name", "currency", "day", "amount")
    for pk, merchant, name, currency, day, amount in rows.order_by("day", "pk").values_list(*columns):
        if merchant is not None:
            charges[merchant, str(name), currency].append(Charge(pk, day, amount))
    found = (_trial(name, currency, made, today) for (_pk, name, currency), made in charges.items())
    return [each for each in found if each]


def _trial(name: str, currency: str, made: list[Charge], today: date) -> Trial | None:
    """One charge of next to nothing, and after it nothing yet or a full price."""
    first, *later = made
    if abs(first.amount) > _next_to_nothing(currency) or first.day <= today - LOOKED_AT:
        return None
    full = next((each for each in later if abs(each.amount) > _next_to_nothing(currency)), None)
    if later and full is None:
        return None
    return Trial(name, full.day if full else first.day + USUAL, currency, first=first, full=full)


def _next_to_nothing(currency: str) -> Decimal:
    return Decimal(1) if places_of(currency) else Decimal(100)
