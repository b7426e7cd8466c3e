"""What is safe to spend: the accounts added up anew, what is pending, and what is still wanted."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Book
from budgeting.queries.safe import Safe, safe_to_spend
from reports.queries.explained import Explanation, Part
from reports.queries.of_accounts import added_up
from reports.queries.of_rows import explained_rows

MOVES = {
    "pending": gettext_lazy("Pending"),
    "transfer": gettext_lazy("Pending transfers"),
    "ahead": gettext_lazy("Entered for days to come"),
}
SAFE = re.compile(r"safe-(to-spend|pending|moving|ahead)-([A-Za-z]{3,8})")


def explained_safe(*, book: Book, name: str, today: date) -> Explanation | None:
    """Why the figure of that name is what it is; None where there is none."""
    found = SAFE.fullmatch(name)
    if found is None:
        return None
    safe = next((each for each in safe_to_spend(book=book, today=today) if each.currency == found[2]), None)
    if safe is None:
        return None
    if found[1] != "to-spend":
        figure = {"pending": safe.pending, "moving": safe.moving, "ahead": safe.ahead}[found[1]]
        return explained_rows(book=book, figure=figure, given=figure.filters)
    return Explanation(
        figure=safe.figure,
        definition=_(
            "What is in the accounts that are lived from, less what is owed on cards, what is pending or entered for "
            "days to come, the bills before the next income, and what budgets still want until then. Of a budget its "
            "part of what is left counts, without the bills in it, as those are counted already."
        ),
        start=today,
        until=safe.until - timedelta(days=1),
        parts=tuple(_parts(book, safe, today)),
        left_out=(),
    )


def _parts(book: Book, safe: Safe, today: date) -> Iterator[Part]:
    accounts = [each.account for each in safe.accounts]
    found = added_up(book=book, accounts=accounts, day=today, today=today)
    for account in accounts:
        count, _sum = found.rows[account.pk]
        yield Part(str(account), found.balance(account), count, reverse("account", args=[account.pk]))
    for kind, figure in safe.moves:
        waiting = explained_rows(book=book, figure=figure, given=figure.filters)
        yield Part(str(MOVES[kind]), waiting.total, waiting.count, figure.href)
    for bill in safe.bills:
        name = _("%(name)s, on %(day)s") % {"name": bill.item.called, "day": bill.day.isoformat()}
        yield Part(name, bill.amount, None, reverse("recurring_item", args=[bill.item.pk]))
    for each in safe.wanted:
        status = each.status
        page = f"{reverse('budget', args=[status.budget.pk])}?on={status.period.start.isoformat()}"
        yield Part(_("Budget: %(name)s") % {"name": status.name}, -each.amount, None, page)
