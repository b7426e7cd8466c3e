"""What actions of goals refuse is not reached by taking an operation back either."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.models import Account
from goals.models import Contribution, Debt, EarMark, Goal, GoalKind
from goals.queries import marked
from journal import queries as journal
from journal.actions import CannotUndo
from journal.effects import Effect
from journal.keeping import Effects, InTheWay
from journal.models import Change, Operation

ZERO = Decimal(0)
GOAL, MARK, ENTRY = Goal._meta.label, EarMark._meta.label, Contribution._meta.label
PARTS = (EarMark, Debt, Contribution)


@contextmanager
def ledgers_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """Hold the goals of the rows first, as every action does. No more is taken out of one than was put aside."""
    goals = _goals(original.book, effects)
    if not goals:
        yield
        return
    list(Goal.objects.select_for_update().filter(book=original.book, pk__in=goals).order_by("pk"))
    before = _given(original.book, goals)
    yield
    for pk, given in _given(original.book, goals).items():
        if given < min(before.get(pk, ZERO), ZERO):
            message = _("More would be taken out of a goal than was put aside for it, so nothing was undone.")
            _refuse(original, ENTRY, _lessening(original, pk), message)


@contextmanager
def accounts_kept(original: Operation, effects: Effects) -> Iterator[None]:
    """Hold the accounts that goals have a part in. No more of one is ear-marked than it holds, or than before."""
    book = original.book
    keys = _accounts(book, effects) if effects.keys() & {GOAL, MARK} else set()
    if not keys:
        yield
        return
    accounts = list(Account.objects.select_for_update().filter(book=book, pk__in=keys).order_by("pk"))
    before = _beyond(book, accounts)
    yield
    after = _beyond(book, accounts)
    for account in accounts:
        if after[account.pk] > before[account.pk]:
            marks = EarMark.objects.filter(book=book, account=account).order_by("pk").values_list("pk", flat=True)
            message = _("%(account)s holds too little for all that would be ear-marked, so nothing was undone.")
            _refuse(original, MARK, list(marks), message % {"account": account})


def _refuse(original: Operation, label: str, keys: Sequence[int], message: str) -> None:
    """By the later operations that stand in the way; by the message where there are none, as when a balance fell."""
    if journal.changed_since(operation=original, places=[(label, keys)]).exists():
        raise InTheWay(label, keys)
    raise CannotUndo(message)


def _goals(book: Book, effects: Effects) -> set[int]:
    found = {each.key for each in effects.get(GOAL, ())}
    for model in PARTS:
        if those := effects.get(model._meta.label):
            rows = model._base_manager.filter(book=book, pk__in=[each.key for each in those])
            found |= {*rows.values_list("goal", flat=True), *_named(those, "goal_id")}
    return found


def _accounts(book: Book, effects: Effects) -> set[int]:
    """Those in which the goals of the rows have a part, and those in which they have one again."""
    now = EarMark.objects.filter(book=book, goal__in=_goals(book, effects)).values_list("account", flat=True)
    return {*now, *_named(effects.get(MARK, ()), "account_id")}


def _named(effects: Sequence[Effect], column: str) -> set[int]:
    """What the rows that come back refer to."""
    return {int(each.before[column]) for each in effects if each.before and column in each.before}


def _given(book: Book, goals: Collection[int]) -> Mapping[int, Decimal]:
    """What the ledgers of goals of saving add up to."""
    rows = Contribution.objects.filter(book=book, goal__in=goals, goal__kind=GoalKind.SAVING)
    return dict(rows.order_by().values_list("goal").annotate(given=Sum("amount")))


def _beyond(book: Book, accounts: Sequence[Account]) -> Mapping[int, Decimal]:
    known = marked(book=book, today=book.today(timezone.now()))
    return {each.pk: known.beyond(each.pk, each.currency) for each in accounts}


def _lessening(original: Operation, goal: int) -> list[int]:
    """The entries of the goal that were taken out, or removed, since."""
    changes = Change.objects.filter(book=original.book, model=ENTRY, operation__gt=original.pk).order_by("id")
    found = [(each.key, each.after or each.before or {}, -1 if each.after else 1) for each in changes]
    return [
        key for key, entry, sign in found if entry.get("goal_id") == str(goal) and Decimal(entry["amount"]) * sign > 0
    ]
