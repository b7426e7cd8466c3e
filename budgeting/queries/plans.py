"""Which budget holds when, and what it is for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import Book
from banking import queries as banking
from banking.models import Category
from budgeting.models import Budget, BudgetMove
from budgeting.periods import EPOCH, Cycle, Kind, Period, Shift

ZERO = Decimal(0)


class Line(NamedTuple):
    """The budgets that follow one another: those of one category, in periods of one kind, of one member or shared."""

    category: int
    cycle: Cycle
    member: int | None = None


class Share(NamedTuple):
    """Which rows a budget is for: those under the categories on the accounts of the member, or on all accounts but
    those that are in a budget of a member: `apart` holds these (category, member)."""

    categories: frozenset[int]
    member: int | None = None
    apart: frozenset[tuple[int, int]] = frozenset()

    def holds(self, category: int, holder: int | None) -> bool:
        """Whether a row under the category on an account of that person, or on a joint one, is in it."""
        if category not in self.categories or (holder is not None and (category, holder) in self.apart):
            return False
        return self.member in {None, holder}


def whose(shares: Iterable[Share]) -> list[str]:
    """The filter `whose` for the rows of all these budgets, which are of one kind of period: none counts twice."""
    shares = list(shares)
    found = []
    for pk in sorted({pk for share in shares for pk in share.categories}):
        theirs = {share.member for share in shares if share.member and pk in share.categories}
        common = next((share for share in shares if not share.member and pk in share.categories), None)
        apart = {member for each, member in common.apart if each == pk} - theirs if common else set()
        if people := apart if common else theirs:
            found.append(f"{pk}:{'-' if common else ''}{'.'.join(map(str, sorted(people)))}")
    return found


def line_of(row: Budget) -> Line:
    return Line(row.category_id, row.cycle, row.member_id)


def budget_rows(*, book: Book) -> QuerySet[Budget]:
    """All of them, in the order in which they begin, with their categories and members."""
    return Budget.objects.filter(book=book).select_related("category", "member").order_by("start", "id")


def budget(*, book: Book, pk: int) -> Budget:
    """One budget; raise Budget.DoesNotExist."""
    return budget_rows(book=book).get(pk=pk)


def moves(*, book: Book, cycle: Cycle, start: date) -> QuerySet[BudgetMove]:
    """What was moved in the period that begins there, the latest first."""
    rows = BudgetMove.objects.filter(book=book, start=start, **columns_of(cycle))
    return rows.select_related("source", "target", "source_member", "target_member").order_by("-id")


def columns_of(cycle: Cycle) -> dict[str, object]:
    """The columns in which a row keeps its cycle."""
    plain = cycle.plain
    return {
        "period": plain.kind.value,
        "anchor": plain.anchor,
        "first_day": plain.day,
        "first_month": plain.month,
        "shift": plain.shift.value,
    }


def cycle_of(*, book: Book, kind: str, day: date | None, first_day: int = 1, shift: str = "none") -> Cycle:
    """What a person chose: weeks begin on `day`, the fiscal year with the book's, a custom month on `first_day`."""
    return Cycle(
        kind=Kind(kind),
        anchor=day or EPOCH,
        day=book.fiscal_day if kind == Kind.FISCAL_YEAR else first_day,
        month=book.fiscal_month,
        shift=Shift(shift),
    ).plain


@dataclass(frozen=True, slots=True)
class Plans:
    """Every budget of a book, by line and the latest first, every move by line and first day, and the categories.

    `members` are those that have budgets of their own.
    """

    book: Book
    lines: Mapping[Line, Sequence[Budget]]
    moved: Mapping[tuple[Line, date], Decimal]
    categories: Mapping[int, Category]
    inside: Mapping[int, Sequence[int]]
    members: frozenset[int]

    def at(self, line: Line, period: Period) -> Budget | None:
        """The budget that holds in the period: of those that do, the one that began last."""
        rows = self.lines.get(line, ())
        return next((row for row in rows if row.start <= period.start and _holds(row, period)), None)

    def in_force(self, cycle: Cycle, period: Period) -> list[Budget]:
        """All that hold in the period of the cycle."""
        found = (self.at(line, period) for line in self.lines if line.cycle == cycle)
        return [each for each in found if each]

    def on(self, day: date) -> list[Budget]:
        """All that hold on the day, each in its own kind of period."""
        found = (self.at(line, line.cycle.period_of(day)) for line in self.lines)
        return [each for each in found if each]

    def moved_to(self, line: Line, period: Period) -> Decimal:
        """What came from other budgets of the period, less what went there."""
        return self.moved.get((line, period.start), ZERO)

    def covered(self, line: Line, period: Period) -> Share:
        """What a budget of the line is for in the period."""
        children = self.inside.get(line.category, ())
        open_ones = (child for child in children if not self.at(line._replace(category=child), period))
        categories = frozenset({line.category, *open_ones})
        if line.member is not None:
            return Share(categories, line.member)
        apart = ((pk, each) for pk in categories for each in self.members if self._takes(each, pk, line.cycle, period))
        return Share(categories, apart=frozenset(apart))

    def _takes(self, member: int, category: int, cycle: Cycle, period: Period) -> bool:
        """Whether a budget of the member is for the category, or for all that is inside the same one."""
        above = self.categories[category].parent_id
        return any(self.at(Line(pk, cycle, member), period) for pk in (category, above) if pk)


def _holds(row: Budget, period: Period) -> bool:
    return row.end is None or row.end > period.start


def plans(*, book: Book) -> Plans:
    """Three queries."""
    lines: dict[Line, list[Budget]] = defaultdict(list)
    for row in reversed(budget_rows(book=book).select_related(None).select_related("member")):
        lines[line_of(row)].append(row)
    categories = {row.pk: row for row in banking.category_rows(book=book, archived=True)}
    for rows in lines.values():
        for row in rows:
            row.category = categories[row.category_id]
    moved = _moved(BudgetMove.objects.filter(book=book))
    members = frozenset(line.member for line in lines if line.member is not None)
    return Plans(book, lines, moved, categories, _inside(categories.values()), members)


def _moved(rows: Iterable[BudgetMove]) -> dict[tuple[Line, date], Decimal]:
    found: dict[tuple[Line, date], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.source_id is not None:
            found[Line(row.source_id, row.cycle, row.source_member_id), row.start] -= row.amount
        if row.target_id is not None:
            found[Line(row.target_id, row.cycle, row.target_member_id), row.start] += row.amount
    return found


def _inside(categories: Iterable[Category]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in categories:
        if row.parent_id:
            found[row.parent_id].append(row.pk)
    return found
