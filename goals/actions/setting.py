"""Setting, changing, pausing, completing, archiving and removing goals."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import currencies
from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_text
from banking.models import Account
from goals.actions.filling import fill
from goals.actions.marking import check_room, set_marks
from goals.actions.owing import set_debts
from goals.actions.terms import Terms
from goals.models import LONGEST_NAME, Contribution, Debt, EarMark, Goal, GoalKind, GoalState
from journal import actions as journal

MOST = 200
VERBS: dict[str, str] = {
    GoalState.OPEN: "reopen_goal",
    GoalState.PAUSED: "pause_goal",
    GoalState.COMPLETED: "complete_goal",
    GoalState.ARCHIVED: "archive_goal",
}


def set_goal(
    *, book: Book, by: User | None, name: str, terms: Terms, new_only: bool = False, now: datetime
) -> tuple[Goal, bool]:
    """Create the goal of this name, or change the one there is; whether it is new. Raise Refused.

    With `new_only` one that there is stays as it is: raise Conflicting.
    """
    name = checked_text(name, field="name", length=LONGEST_NAME, required=True)
    with journal.operation(book=book, by=by, verb="set_goal", now=now) as recorder:
        row = _held(book).filter(name=name).first()
        if row is None:
            if row := _created(book, name, terms, recorder, now):
                return row, True
            row = _held(book).get(name=name)
        if new_only:
            raise _taken()
        _amend(row, terms, recorder, now)
    return row, False


def amend_goal(*, book: Book, by: User | None, pk: int, terms: Terms, now: datetime) -> Goal:
    """Change what is named. Raise Refused or Goal.DoesNotExist."""
    verb = VERBS.get(terms["state"], "amend_goal") if terms.keys() == {"state"} else "amend_goal"
    with journal.operation(book=book, by=by, verb=verb, now=now) as recorder:
        row = _held(book).get(pk=pk)
        try:
            with transaction.atomic():
                _amend(row, terms, recorder, now)
        except IntegrityError as error:
            raise _taken() from error
    return row


def remove_goal(*, book: Book, by: User | None, pk: int, now: datetime) -> None:
    """Remove it with its ledger, ear-marks and debts; accounts stay as they are. Raise Goal.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="remove_goal", now=now) as recorder:
        row = _held(book).get(pk=pk)
        for model in (Debt, EarMark, Contribution):
            for part in model.objects.select_for_update().filter(book=book, goal=row).order_by("id"):
                recorder.deleted(part)
        recorder.deleted(row)
        row.delete()


def _taken() -> Conflicting:
    return Conflicting(_("There is already a goal of this name."), field="name")


def _held(book: Book) -> QuerySet[Goal]:
    return Goal.objects.select_for_update().filter(book=book)


def _created(book: Book, name: str, terms: Terms, recorder: journal.Recorder, now: datetime) -> Goal | None:
    """None where somebody else was quicker."""
    if Goal.objects.filter(book=book).count() >= MOST:
        raise Conflicting(_("A book has at most %(count)d goals.") % {"count": MOST})
    kind = terms.get("kind", GoalKind.SAVING.value)
    today = book.today(now)
    row = Goal(book=book, name=name, kind=kind, currency=book.currency, started_on=today, created_at=now)
    fill(row, terms, today=today)
    _check_currency(row)
    if "state" in terms:
        _move(row, terms["state"], alone=False, today=today)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    recorder.created(row)
    _set_parts(row, terms, recorder, now)
    return row


def _check_currency(row: Goal) -> None:
    """One that there is, or that an account is in."""
    if row.currency not in currencies.codes() and not Account.objects.filter(book=row.book, currency=row.currency):
        raise Refused(_("This is not a currency: give its three letters, such as USD."), field="currency")


def _amend(row: Goal, terms: Terms, recorder: journal.Recorder, now: datetime) -> None:
    before, today, was = journal.snapshot(row), row.book.today(now), row.state
    fill(row, terms, today=today)
    if "state" in terms:
        _move(row, terms["state"], alone=len(terms) == 1, today=today)
    row.save()
    recorder.changed(row, before)
    _set_parts(row, terms, recorder, now)
    if was == GoalState.ARCHIVED != row.state:
        check_room(row, today=today)


def _move(row: Goal, state: str, *, alone: bool, today: date) -> None:
    """Months that a goal rests do not count: its start moves by them once it is open again."""
    if state not in GoalState.values:
        raise Refused(_("There is no such state."), field="state")
    if row.state == state:
        if alone:
            raise Conflicting(_("That is so already."))
        return
    if state == GoalState.OPEN and row.paused_on:
        row.started_on += today - row.paused_on
        row.paused_on = None
    elif state != GoalState.OPEN and row.paused_on is None:
        row.paused_on = today
    row.state = state


def _set_parts(row: Goal, terms: Terms, recorder: journal.Recorder, now: datetime) -> None:
    if "shares" in terms:
        set_marks(row, terms["shares"], recorder=recorder, today=row.book.today(now))
    if "debts" in terms:
        set_debts(row, terms["debts"], recorder=recorder)
