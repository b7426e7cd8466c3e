"""What is usually spent, as a budget to begin with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Book
from banking.categoriser import UNCATEGORISED
from banking.models import Category, CategoryKind
from banking.money import from_units, places_of, to_units
from banking.queries.ranges import category_nets
from budgeting.periods import Cycle
from budgeting.queries.plans import Plans, plans
from budgeting.usual import rounded_up, usual

PERIODS = 6
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`amount` is what is usual, rounded up; `spent` what was spent in each of the periods before, the latest first.

    A group is a top category, with all that is inside it.
    """

    category: Category
    amount: Decimal
    usual: Decimal
    currency: str
    spent: tuple[Decimal, ...]

    @property
    def is_group(self) -> bool:
        return self.category.parent_id is None


def suggestions(*, book: Book, cycle: Cycle, day: date) -> list[Suggestion]:
    """For each category of expenses without a budget in the period of the day; five queries.

    Groups, largest first, each before those inside it.

    Nothing for what has a budget on itself, on the category it is inside of, or on one inside it.
    """
    known, cycle = plans(book=book), cycle.plain
    period = cycle.period_of(day)
    taken = {row.category_id for row in known.in_force(cycle, period)}
    open_ones = [row for row in known.categories.values() if _may_be_planned(row) and not _taken(row, taken, known)]
    before = cycle.back(period, PERIODS)
    nets = category_nets(
        book=book,
        categories=frozenset(pk for row in open_ones for pk in (row.pk, *known.inside.get(row.pk, ()))),
        ranges=[(each.start, each.end) for each in before],
    )
    found = []
    for row in open_ones:
        categories = (row.pk, *known.inside.get(row.pk, ()))
        spent = tuple(-nets.of(categories, book.currency, each.start, each.end) + ZERO for each in before)
        if amount := usual(spent):
            places = places_of(book.currency)
            shown = (_written(rounded_up(amount, places)), _written(round(amount, places)))
            found.append(Suggestion(row, *shown, book.currency, spent))
    return _by_group(found)


def _by_group(found: Sequence[Suggestion]) -> list[Suggestion]:
    sizes: dict[int, Decimal] = defaultdict(Decimal)
    for each in found:
        top = each.category.parent_id or each.category.pk
        sizes[top] = max(sizes[top], each.amount)

    def place(each: Suggestion) -> tuple[Decimal, int, bool, Decimal, str]:
        top = each.category.parent_id or each.category.pk
        return (-sizes[top], top, not each.is_group, -each.amount, each.category.name.casefold())

    return sorted(found, key=place)


def _written(amount: Decimal) -> Decimal:
    """With at least two places, as amounts are kept."""
    return from_units(to_units(amount))


def _may_be_planned(row: Category) -> bool:
    return row.kind == CategoryKind.EXPENSE and row.code != UNCATEGORISED and row.archived_at is None


def _taken(row: Category, taken: set[int], known: Plans) -> bool:
    return not taken.isdisjoint({row.pk, row.parent_id, *known.inside.get(row.pk, ())} - {None})
