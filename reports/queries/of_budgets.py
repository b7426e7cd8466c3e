"""Figures about budgets: what was spent in them, and what is left."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.figures import Figure
from budgeting import queries as budgeting
from budgeting.models import Budget
from budgeting.periods import Cycle, Period
from budgeting.queries import Status
from reports.queries.explained import Explanation, Part
from reports.queries.of_envelopes import explained_assign
from reports.queries.of_rows import explained_rows

ZERO = Decimal(0)
_ONE = re.compile(r"budget-(spent|pending|left-pending|left)-(\d{1,18})-(\d{4}-\d\d-\d\d)")
_MANY = re.compile(
    r"budgets-(spent|pending|left-pending|left)-(?:in-(\d{1,18})-)?(?:of-(shared|\d{1,18})-)?([a-z_]+[a-z0-9-]*)"
    r"-(\d{4}-\d\d-\d\d)-([A-Z]{3,8})"
)
_ASSIGN = re.compile(r"budgets-(to-assign|balance|held|overspent)-([A-Z]{3,8})")


def explained_budget(*, book: Book, name: str, today: date) -> Explanation | None:
    """Why the figure of that name is what it is; None where no page of budgets has it, ValueError for no day."""
    if found := _ONE.fullmatch(name):
        return _of_one(book, found[1], int(found[2]), date.fromisoformat(found[3]), today)
    if found := _ASSIGN.fullmatch(name):
        return explained_assign(book=book, what=found[1], currency=found[2], today=today)
    if found := _MANY.fullmatch(name):
        return _of_many(book, found, name, today)
    return None


def _of_one(book: Book, what: str, pk: int, day: date, today: date) -> Explanation | None:
    try:
        status = budgeting.progress(book=book, pk=pk, day=day, today=today, pending="pending" in what)
    except (Budget.DoesNotExist, OverflowError):
        return None
    if status.period.start != day:
        return None
    if what.startswith("left"):
        return _left(book, status.left, [status], status.period)
    figure = status.pending if what == "pending" else status.spent
    return _rows(book, figure) if figure else None


def _of_many(book: Book, found: re.Match[str], name: str, today: date) -> Explanation | None:
    what, group, who, cycle, day, currency = found.groups()
    board = budgeting.board(
        book=book,
        cycle=Cycle.named(cycle),
        day=date.fromisoformat(day),
        today=today,
        pending="pending" in what,
        who=who or "",
    )
    groups = [each for each in board.groups if group in {None, str(each.category.pk)}]
    totals = board.totals if group is None else [total for each in groups for total in each.totals]
    figure = next(
        (each for total in totals for each in (total.spent, total.pending, total.left) if _is(each, name)), None
    )
    if figure is None or board.period.start.isoformat() != day:
        return None
    if what.startswith("left"):
        statuses = [each for part in groups for each in part.statuses if each.currency == currency]
        return _left(book, figure, statuses, board.period)
    return _rows(book, figure)


def _is(figure: Figure | None, name: str) -> bool:
    return figure is not None and figure.id == name


def _rows(book: Book, figure: Figure) -> Explanation:
    return explained_rows(book=book, figure=figure, given=figure.filters)


def _left(book: Book, figure: Figure, statuses: Sequence[Status], period: Period) -> Explanation:
    """What is spent is added up anew from the rows."""
    return Explanation(
        figure=figure,
        definition=_(
            "What was budgeted for the period, with what was rolled over from the period before and moved between "
            "budgets, less what was spent: booked transactions that are not left out of totals, refunds taken off."
        ),
        start=period.start,
        until=period.end - timedelta(days=1),
        parts=tuple(part for each in statuses for part in _parts(book, each, named=len(statuses) > 1)),
        left_out=(),
    )


def _parts(book: Book, status: Status, *, named: bool) -> Iterator[Part]:
    page = f"{reverse('budget', args=[status.budget.pk])}?on={status.period.start.isoformat()}"
    before = status.budget.cycle.previous(status.period).start.isoformat()
    prefix = f"{status.category.name}: " if named else ""
    yield Part(prefix + _("budgeted"), status.budgeted, None, page)
    if status.rolled:
        rolled = f"{reverse('budgets')}?period={status.budget.cycle.name}&on={before}"
        yield Part(prefix + _("rolled over"), status.rolled, None, rolled)
    if status.moved:
        yield Part(prefix + _("moved between budgets"), status.moved, None, page)
    for figure, words in ((status.spent, _("spent")), (status.pending, _("pending"))):
        if figure:
            found = _rows(book, figure)
            yield Part(prefix + words, -found.total + ZERO, found.count, figure.href)
