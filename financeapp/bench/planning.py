"""The board of budgets, beside the sums that it needs in hand-written SQL over the rows themselves."""

from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book, User
from banking.models import Category, CategoryKind
from budgeting import queries
from budgeting.actions import Plan, set_budget
from budgeting.periods import MONTHLY
from financeapp.bench import statements
from financeapp.bench.statements import BUDGETED_SINCE, TODAY
from financeapp.bench.timing import Line, compared, median_ms

BUDGETS, RUNS = 60, 10
GOAL = "≤ 8 × (10k), 1 × (100k), 0.2 × (1M)"
BOARD, ASSIGN = "budgets, the board of 60 / SQL", "budgets, what is to assign / SQL"


def planned(user: User, book: Book) -> Iterator[Line]:
    """Sixty monthly budgets that hand on since three years ago, at a glance; and what they leave to assign."""
    with entered(book):
        categories = _budgets(user, book)
        board = median_ms(lambda: queries.board(book=book, cycle=MONTHLY, day=TODAY, today=TODAY), RUNS)
        assign = median_ms(lambda: queries.to_assign(book=book, today=TODAY), RUNS)
        raw = median_ms(lambda: _asked(book, categories), RUNS)
    yield compared(BOARD, board, raw, GOAL)
    yield compared(ASSIGN, assign, raw, GOAL)


def _budgets(user: User, book: Book) -> list[int]:
    """Budgets for the book's own categories of expenses, and for as many new ones as are missing; the categories."""
    rows = list(Category.objects.filter(book=book, kind=CategoryKind.EXPENSE).exclude(code="UNCATEGORISED"))
    more = [Category(book=book, name=f"Category {n}", kind=CategoryKind.EXPENSE) for n in range(BUDGETS - len(rows))]
    rows = [*rows, *Category.objects.bulk_create(more)][:BUDGETS]
    for place, row in enumerate(rows):
        rollover = ("both", "surplus", "none")[place % 3]
        set_budget(
            book=book, by=user, plan=Plan(row, Decimal(500), BUDGETED_SINCE, rollover=rollover), now=timezone.now()
        )
    return [row.pk for row in rows]


def _asked(book: Book, categories: list[int]) -> None:
    with connection.cursor() as cursor:
        for sql, values in statements.budgets(book.pk, categories):
            cursor.execute(sql, values)
            cursor.fetchall()
