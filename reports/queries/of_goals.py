"""What is there for a goal: its ledger and its parts of accounts, or what is paid off of its debts."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from goals import queries as goals
from goals.models import Goal
from goals.queries import Standing
from reports.queries.explained import Explanation, Part

ZERO = Decimal(0)
_SAVED = re.compile(r"goal-saved-(\d{1,18})")


def explained_goal(*, book: Book, name: str, today: date) -> Explanation | None:
    """Why the figure of that name is what it is; None where no page of goals has it."""
    found = _SAVED.fullmatch(name)
    if found is None:
        return None
    try:
        row = goals.goal(book=book, pk=int(found[1]))
    except (Goal.DoesNotExist, OverflowError):
        return None
    one = goals.standing(book=book, row=row, today=today)
    if row.is_debt:
        definition = _("What was owed at first, less what is owed now, of each debt of the goal.")
        parts = tuple(Part(each.name, each.first - each.balance, None, one.address) for each in one.debts)
    else:
        definition = _(
            "What was put aside by hand, with the parts of linked accounts that are ear-marked for the goal and there: "
            "an account that holds too little for all goals serves those of a lower priority number first."
        )
        parts = tuple(_saved(book, one))
    return Explanation(figure=one.saved, definition=definition, start=None, until=today, parts=parts, left_out=())


def _saved(book: Book, one: Standing) -> Iterator[Part]:
    """The ledger is added up anew from its entries."""
    ledger = goals.contributions(book=book, goal=one.goal).order_by().aggregate(sum=Sum("amount"), count=Count("pk"))
    yield Part(_("Put aside by hand"), ledger["sum"] or ZERO, ledger["count"], one.address)
    for each in one.held:
        yield Part(str(each.mark.account), each.there, None, reverse("account", args=[each.mark.account_id]))
