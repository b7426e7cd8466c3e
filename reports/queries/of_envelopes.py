"""Figures about what is to assign: the balance that is there, and what envelopes hold of it."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking import queries as banking
from banking.queries import Filters
from budgeting import queries as budgeting
from budgeting.models import Mode
from budgeting.queries import Envelope, ToAssign
from reports.queries.explained import Explanation, Part
from reports.queries.of_accounts import AddedUp, added_up

ZERO = Decimal(0)


def explained_assign(*, book: Book, what: str, currency: str, today: date) -> Explanation | None:
    """What no envelope holds, or one of its parts; balances and spending are added up anew from the rows.

    None in a book that plans with limits, or of another currency.
    """
    if currency != book.currency or budgeting.mode_of(book=book) != Mode.ENVELOPES:
        return None
    found = budgeting.to_assign(book=book, today=today)
    added = added_up(book=book, accounts=[each.account for each in found.accounts], day=today, today=today)
    spent = _spent(book, found.envelopes)
    figure = {
        "to-assign": found.figure,
        "balance": found.balance,
        "held": found.held,
        "overspent": found.overspent,
    }[what]
    parts = {
        "to-assign": (*_balances(found, added), *_held(found, spent, sign=-1)),
        "balance": _balances(found, added),
        "held": [each for each in _held(found, spent) if each.amount > 0],
        "overspent": [each for each in _held(found, spent, sign=-1) if each.amount > 0],
    }[what]
    of_accounts = what in {"to-assign", "balance"}
    return Explanation(
        figure=figure,
        definition=_definition(what),
        start=None,
        until=today,
        parts=tuple(parts),
        left_out=added.left_out if of_accounts else (),
    )


def _balances(found: ToAssign, added: AddedUp) -> list[Part]:
    return [
        Part(
            str(each.account),
            added.balance(each.account),
            added.rows[each.account.pk][0],
            reverse("account", args=[each.account.pk]),
        )
        for each in found.accounts
    ]


def _held(found: ToAssign, spent: Sequence[Decimal], *, sign: int = 1) -> Iterator[Part]:
    for each, used in zip(found.envelopes, spent, strict=True):
        status = each.status
        page = f"{reverse('budget', args=[status.budget.pk])}?on={status.period.start.isoformat()}"
        holds = (status.available - used + each.ahead) * sign + ZERO
        yield Part(_("Envelope %(name)s") % {"name": status.name}, holds, None, page)


def _spent(book: Book, envelopes: Sequence[Envelope]) -> list[Decimal]:
    """What was spent of each in its period, from the rows; one query."""
    if not envelopes:
        return []
    found = [each.status for each in envelopes]
    filters = Filters(
        start=min(each.period.start for each in found),
        end=max(each.period.end for each in found),
        currency=book.currency,
        counted=True,
    )
    sums = {f"of_{place}": Sum("amount", filter=_rows_of(each)) for place, each in enumerate(envelopes)}
    nets = banking.matching(book=book, filters=filters).aggregate(**sums)
    return [-(nets[name] or ZERO) + ZERO for name in sums]


def _rows_of(envelope: Envelope) -> Q:
    status = envelope.status
    where = Q(day__gte=status.period.start, day__lt=status.period.end, category__in=status.share.categories)
    if status.share.member is not None:
        return where & Q(account__holder=status.share.member)
    for category, member in status.share.apart:
        where &= ~Q(category=category, account__holder=member)
    return where


def _definition(what: str) -> str:
    return {
        "to-assign": _(
            "The balance today of the open cash accounts and credit cards in the book's currency, less what all "
            "budgets hold now, each in the period that today lies in. What is spent out of an envelope changes both."
        ),
        "balance": _("The balances of the open cash accounts and credit cards in the book's currency."),
        "held": _("What is left in all envelopes that hold something, each in the period that today lies in."),
        "overspent": _("What was spent beyond what the envelopes held, each in the period that today lies in."),
    }[what]
