"""Moving money from one budget of a period to another one."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_amount
from budgeting.actions.setting import checked_day
from budgeting.models import Budget, BudgetMove
from budgeting.queries import columns_of, plans, progress
from journal import actions as journal


def move_money(
    *, book: Book, by: User | None, source: int, target: int, amount: Decimal, day: date, today: date, now: datetime
) -> BudgetMove:
    """Take from one budget (by key) and give to another, in the period of the day alone.

    No more than the first one has in that period, spent or not. Raise Refused or Budget.DoesNotExist.
    """
    checked_day(day, field="on")
    with journal.operation(book=book, by=by, verb="move_money", now=now) as recorder:
        rows = Budget.objects.select_for_update().filter(book=book, pk__in=(source, target)).order_by("pk")
        held = {row.pk: row for row in rows}
        if source not in held or target not in held:
            raise Budget.DoesNotExist
        giver, taker = held[source], held[target]
        if source == target or giver.category_id == taker.category_id:
            raise Refused(_("Choose another budget."), field="target")
        if giver.cycle != taker.cycle or giver.currency != taker.currency:
            raise Refused(_("Both budgets must be for the same period and currency."), field="target")
        amount = checked_amount(amount, currency=giver.currency)
        if amount <= 0:
            raise Refused(_("Choose an amount above zero."), field="amount")
        period, known = giver.cycle.period_of(day), plans(book=book)
        for row in (giver, taker):
            if (holding := known.at((row.category_id, row.cycle), period)) is None or holding.pk != row.pk:
                raise Conflicting(_("This budget does not hold in that period."))
        there = progress(book=book, pk=source, day=day, today=today).available
        if amount > there:
            raise Refused(_("There is not that much in it."), field="amount")
        move = BudgetMove.objects.create(
            book=book,
            source_id=giver.category_id,
            target_id=taker.category_id,
            start=period.start,
            amount=amount,
            currency=giver.currency,
            created_at=now,
            **columns_of(giver.cycle),
        )
        recorder.created(move)
    return move
