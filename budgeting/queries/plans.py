"""Which budget holds when, and what it is for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import Book
from banking import queries as banking
from banking.models import Category
from budgeting.models import Budget, BudgetMove
from budgeting.periods import EPOCH, Cycle, Kind, Period, Shift

ZERO = Decimal(0)
Line = tuple[int, Cycle]
"""The budgets that follow one another: those of one category, in periods of one kind."""


def budget_rows(*, book: Book) -> QuerySet[Budget]:
    """All of them, in the order in which they begin, with their categories."""
    return Budget.objects.filter(book=book).select_related("category").order_by("start", "id")


def budget(*, book: Book, pk: int) -> Budget:
    """One budget; raise Budget.DoesNotExist."""
    return budget_rows(book=book).get(pk=pk)


def moves(*, book: Book, cycle: Cycle, start: date) -> QuerySet[BudgetMove]:
    """What was moved in the period that begins there, the latest first."""
    rows = BudgetMove.objects.filter(book=book, start=start, **columns_of(cycle))
    return rows.select_related("source", "target").order_by("-id")


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
    """Every budget of a book, by line and the latest first, every move by line and first day, and the categories."""

    book: Book
    lines: Mapping[Line, Sequence[Budget]]
    moved: Mapping[tuple[Line, date], Decimal]
    categories: Mapping[int, Category]
    inside: Mapping[int, Sequence[int]]

    def at(self, line: Line, period: Period) -> Budget | None:
        """The budget that holds in the period: of those that do, the one that began last."""
        rows = self.lines.get(line, ())
        return next((row for row in rows if row.start <= period.start and _holds(row, period)), None)

    def in_force(self, cycle: Cycle, period: Period) -> list[Budget]:
        """All that hold in the period of the cycle."""
        found = (self.at(line, period) for line in self.lines if line[1] == cycle)
        return [each for each in found if each]

    def moved_to(self, line: Line, period: Period) -> Decimal:
        """What came from other budgets of the period, less what went there."""
        return self.moved.get((line, period.start), ZERO)

    def covered(self, line: Line, period: Period) -> frozenset[int]:
        """The categories that a budget of the line is for in the period."""
        pk, cycle = line
        children = (child for child in self.inside.get(pk, ()) if not self.at((child, cycle), period))
        return frozenset({pk, *children})


def _holds(row: Budget, period: Period) -> bool:
    return row.end is None or row.end > period.start


def plans(*, book: Book) -> Plans:
    """Three queries."""
    lines: dict[Line, list[Budget]] = defaultdict(list)
    for row in reversed(budget_rows(book=book).select_related(None)):
        lines[row.category_id, row.cycle].append(row)
    categories = {row.pk: row for row in banking.category_rows(book=book, archived=True)}
    for rows in lines.values():
        for row in rows:
            row.category = categories[row.category_id]
    moved = _moved(BudgetMove.objects.filter(book=book))
    return Plans(book, lines, moved, categories, _inside(categories.values()))


def _moved(rows: Iterable[BudgetMove]) -> dict[tuple[Line, date], Decimal]:
    found: dict[tuple[Line, date], Decimal] = defaultdict(Decimal)
    for row in rows:
        found[(row.source_id, row.cycle), row.start] -= row.amount
        found[(row.target_id, row.cycle), row.start] += row.amount
    return found


def _inside(categories: Iterable[Category]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in categories:
        if row.parent_id:
            found[row.parent_id].append(row.pk)
    return found
