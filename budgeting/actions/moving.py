"""Moving money from one budget of a period to another one, and from and to what is to assign."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_amount
from budgeting.actions.choosing import locked_mode
from budgeting.actions.setting import checked_day
from budgeting.models import Budget, BudgetMove, Mode
from budgeting.periods import Period
from budgeting.queries import columns_of, line_of, plans, progress, to_assign
from journal import actions as journal


@dataclass(frozen=True, slots=True)
class Move:
    """From one budget (by key) to another in the period of the day; None stands for what is to assign.

    Without an amount all that is to assign.
    """

    source: int | None
    target: int | None
    amount: Decimal | None
    day: date


def move_money(
    *,
    book: Book,
    by: User | None,
    source: int | None,
    target: int | None,
    amount: Decimal | None,
    day: date,
    today: date,
    now: datetime,
) -> BudgetMove:
    """Take from one budget (by key) and give to another, in the period of the day alone.

    No more than the first one has in that period, spent or not. None stands for what is to assign, in a book with
    envelopes: from there no more than is to assign, and without an amount all of it. Raise Refused or
    Budget.DoesNotExist.
    """
    move = Move(source, target, amount, checked_day(day, field="on"))
    with journal.operation(book=book, by=by, verb="move_money", now=now) as recorder:
        envelopes = locked_mode(book) == Mode.ENVELOPES
        giver, taker = _budgets(book, move)
        if not (giver and taker) and not envelopes:
            raise Conflicting(_("This book plans with limits: there is nothing to assign."))
        some = giver or taker
        if some is None or (giver and taker and line_of(giver) == line_of(taker)):
            raise Refused(_("Choose another budget."), field="target")
        period = _period(book, move, giver, taker, today)
        amount = _checked(book, move, some.currency, today)
        row = BudgetMove(book=book, start=period.start, amount=amount, currency=some.currency, created_at=now)
        for name, value in {**columns_of(some.cycle), **_places(giver, taker)}.items():
            setattr(row, name, value)
        row.save()
        recorder.created(row)
    return row


def _budgets(book: Book, move: Move) -> tuple[Budget | None, Budget | None]:
    wanted = [pk for pk in (move.source, move.target) if pk is not None]
    rows = Budget.objects.select_for_update().filter(book=book, pk__in=wanted).order_by("pk")
    held = {row.pk: row for row in rows}
    if any(pk not in held for pk in wanted):
        raise Budget.DoesNotExist
    return (
        None if move.source is None else held[move.source],
        None if move.target is None else held[move.target],
    )


def _period(book: Book, move: Move, giver: Budget | None, taker: Budget | None, today: date) -> Period:
    """The one period in which all that takes part holds."""
    if giver and taker and (giver.cycle != taker.cycle or giver.currency != taker.currency):
        raise Refused(_("Both budgets must be for the same period and currency."), field="target")
    known, periods = plans(book=book), set()
    for row in (giver, taker):
        if row:
            period = row.cycle.period_of(move.day)
            if (holding := known.at(line_of(row), period)) is None or holding.pk != row.pk:
                raise Conflicting(_("This budget does not hold in that period."))
            if not (giver and taker) and (today not in period or row.currency != book.currency):
                raise Conflicting(_("Only what is there today can be given out, in the period that today lies in."))
            periods.add(period)
    [period] = periods
    return period


def _checked(book: Book, move: Move, currency: str, today: date) -> Decimal:
    """The amount, of which there must be so much where it comes from."""
    if move.source is None:
        there = to_assign(book=book, today=today).amount
    else:
        there = progress(book=book, pk=move.source, day=move.day, today=today).available
    amount = there if move.amount is None else checked_amount(move.amount, currency=currency)
    if move.amount is None and amount <= 0:
        raise Conflicting(_("There is nothing to assign."))
    if amount <= 0:
        raise Refused(_("Choose an amount above zero."), field="amount")
    if amount > there:
        words = _("There is not that much to assign.") if move.source is None else _("There is not that much in it.")
        raise Refused(words, field="amount")
    return amount


def _places(giver: Budget | None, taker: Budget | None) -> dict[str, object]:
    return {
        "source_id": giver.category_id if giver else None,
        "source_member_id": giver.member_id if giver else None,
        "target_id": taker.category_id if taker else None,
        "target_member_id": taker.member_id if taker else None,
    }
