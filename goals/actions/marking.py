"""Ear-marking parts of accounts for goals: together never more than an account holds."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Refused, of_book
from banking.models import Account
from banking.money import places_of
from banking.queries.standing import OWED
from goals.actions.filling import positive
from goals.actions.terms import Share
from goals.models import EarMark, Goal, GoalState
from goals.planning.sharing import HUNDRED, wanted
from goals.queries.marking import Marked, balances_of, by_account
from journal import actions as journal

ZERO = Decimal(0)
FIELD = "accounts"
MOST_ACCOUNTS = 40


def link_account(*, book: Book, by: User | None, pk: int, share: Share, now: datetime) -> None:
    """Ear-mark a part of an account for the goal, or another part than before. Raise Refused or Goal.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="link_goal_account", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=pk)
        others = EarMark.objects.filter(book=book, goal=row).exclude(account=share.account).select_related("account")
        shares = [Share(each.account, each.amount, each.percent) for each in others]
        set_marks(row, [*shares, share], recorder=recorder, today=book.today(now))


def unlink_account(*, book: Book, by: User | None, pk: int, account_id: int, now: datetime) -> None:
    """The account is for the goal no more. Raise DoesNotExist where it was not."""
    with journal.operation(book=book, by=by, verb="unlink_goal_account", now=now) as recorder:
        row = Goal.objects.select_for_update().get(book=book, pk=pk)
        mark = EarMark.objects.select_for_update().get(goal=row, account=account_id)
        recorder.deleted(mark)
        mark.delete()


def set_marks(row: Goal, shares: Sequence[Share], *, recorder: journal.Recorder, today: date) -> None:
    """Make these all ear-marks of the goal, within an operation that has begun. Raise Refused."""
    if len(shares) > MOST_ACCOUNTS:
        raise Refused(_("A goal has at most %(count)d accounts.") % {"count": MOST_ACCOUNTS}, field=FIELD)
    chosen = {each.account.pk: each for each in shares}
    if len(chosen) < len(shares):
        raise Refused(_("Name each account once."), field=FIELD)
    if row.is_debt and shares:
        raise Refused(_("A goal of paying off debts has none."), field=FIELD)
    there = {each.account_id: each for each in EarMark.objects.select_for_update().filter(goal=row)}
    _hold(row, {*chosen, *there})
    balances = balances_of(book=row.book, today=today)
    raised = set()
    for pk, share in chosen.items():
        before = there.get(pk)
        is_same = before is not None and (before.amount, before.percent) == (share.amount, share.percent)
        if not is_same and _put(row, before, share, recorder, balances.get(pk, ZERO)):
            raised.add(pk)
    for pk in there.keys() - chosen.keys():
        recorder.deleted(there[pk])
        there[pk].delete()
    if raised and row.state != GoalState.ARCHIVED:
        _check(row, raised, balances)


def check_room(row: Goal, *, today: date) -> None:
    """Raise Refused where the accounts of a goal that comes back do not hold what is ear-marked for it any more."""
    accounts = set(EarMark.objects.filter(goal=row).values_list("account", flat=True))
    _hold(row, accounts)
    _check(row, accounts, balances_of(book=row.book, today=today))


def _hold(row: Goal, accounts: Collection[int]) -> None:
    """So that two goals do not take the same money at once."""
    list(Account.objects.select_for_update().filter(book=row.book, pk__in=accounts).order_by("pk"))


def _put(row: Goal, mark: EarMark | None, share: Share, recorder: journal.Recorder, balance: Decimal) -> bool:
    """Whether more of the account is taken than before."""
    places = places_of(row.currency)
    before = journal.snapshot(mark) if mark else None
    was = wanted(mark.claim, balance, places) if mark else ZERO
    mark = mark or EarMark(book=row.book, goal=row)
    mark.account = _checked(row, share)
    mark.amount, mark.percent = _sized(row, share)
    mark.save()
    if before is None:
        recorder.created(mark)
    else:
        recorder.changed(mark, before)
    return wanted(mark.claim, balance, places) > was


def _checked(row: Goal, share: Share) -> Account:
    account = share.account
    of_book(account, book=row.book, field=FIELD)
    if account.currency != row.currency:
        message = _("%(account)s is in %(theirs)s and the goal in %(own)s: only an account in %(own)s can be linked.")
        named = {"account": account.name, "theirs": account.currency, "own": row.currency}
        raise Refused(message % named, field=FIELD)
    if account.kind in OWED:
        raise Refused(_("%(account)s is owed: nothing of it can be set aside.") % {"account": account}, field=FIELD)
    if account.closed_at is not None:
        raise Refused(_("%(account)s is closed.") % {"account": account}, field=FIELD)
    return account


def _sized(row: Goal, share: Share) -> tuple[Decimal | None, Decimal | None]:
    if (share.amount is None) == (share.percent is None):
        raise Refused(_("Choose an amount or a percentage of each account, and not both."), field=FIELD)
    if share.amount is not None:
        return positive(share.amount, row.currency, FIELD), None
    percent = share.percent or ZERO
    if not 0 < percent <= HUNDRED or percent != round(percent, 4):
        raise Refused(_("Choose more than 0 and at most 100 percent."), field=FIELD)
    return None, percent


def _check(row: Goal, accounts: Collection[int], balances: dict[int, Decimal]) -> None:
    marks = EarMark.objects.filter(book=row.book, account__in=accounts).select_related("account", "goal")
    archived = marks.exclude(goal=row).filter(goal__state=GoalState.ARCHIVED)
    known = Marked(balances, by_account(marks.exclude(pk__in=archived.values("pk"))))
    for pk, those in known.marks.items():
        if too_much := known.beyond(pk, row.currency):
            mine = next(each for each in those if each.goal_id == row.pk)
            asked = wanted(mine.claim, known.balance(pk), places_of(row.currency))
            message = _(
                "%(account)s holds %(balance)s %(currency)s. %(free)s of it is free, and %(asked)s was to be "
                "ear-marked: take less, or free some of it from another goal."
            )
            named = {
                "account": mine.account,
                "balance": known.balance(pk),
                "currency": row.currency,
                "free": max(asked - too_much, ZERO),
                "asked": asked,
            }
            raise Refused(message % named, field=FIELD)
