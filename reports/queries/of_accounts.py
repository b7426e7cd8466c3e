"""Figures that are balances: of one account, or of all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.figures import Figure
from banking.models import Account, Transaction
from reports.queries.explained import Explanation, LeftOut, Part, Reason

ZERO = Decimal(0)


def explained_balances(
    *, book: Book, figure: Figure, accounts: Sequence[Account], day: date, today: date
) -> Explanation:
    """The opening balance of each account and its rows up to the end of the day; one query."""
    found = added_up(book=book, accounts=accounts, day=day, today=today)
    return Explanation(
        figure=figure,
        definition=_definition(figure),
        start=None,
        until=day,
        parts=tuple(part for each in accounts for part in _parts(each, *found.rows[each.pk], alone=len(accounts) == 1)),
        left_out=found.left_out,
    )


@dataclass(frozen=True, slots=True)
class AddedUp:
    """By account the count and the sum of the rows in its balance; and what is in none."""

    rows: Mapping[int, tuple[int, Decimal]]
    left_out: tuple[LeftOut, ...]

    def balance(self, account: Account) -> Decimal:
        opening: Decimal = account.opening
        return opening + self.rows[account.pk][1]


def added_up(*, book: Book, accounts: Sequence[Account], day: date, today: date) -> AddedUp:
    """The rows of the accounts up to the end of the day, from the rows themselves; one query."""
    by_pk = {each.pk: each for each in accounts}
    parts: dict[int, tuple[int, Decimal]] = defaultdict(lambda: (0, ZERO))
    out: dict[tuple[Reason, str], list[tuple[int, int, Decimal]]] = defaultdict(list)
    for pk, currency, pending, is_later, is_gone, count, amount in _groups(book, by_pk, day):
        reason = _reason(by_pk[pk], currency, pending=pending, later=is_later and _waits(by_pk[pk], day, today))
        if reason is None:
            parts[pk] = (parts[pk][0] + count, parts[pk][1] + amount)
        elif not is_gone:
            out[reason, currency].append((pk, count, amount))
    left_out = (_left_out(reason, currency, groups, day) for (reason, currency), groups in sorted(out.items()))
    return AddedUp(parts, tuple(left_out))


def _groups(
    book: Book, accounts: dict[int, Account], day: date
) -> list[tuple[int, str, bool, bool, bool, int, Decimal]]:
    """By account, currency, pending, whether after the day, and whether removed: count and sum.

    A removed row that the bank still books is in the balance.
    """
    there = Q(removed_at=None) | Q(discarded=True)
    rows = Transaction.objects.filter(there, book=book, account__in=accounts, is_split=False)
    flags = {"later": Q(day__gt=day), "gone": Q(removed_at__isnull=False)}
    columns = ("account_id", "currency", "pending", *flags)
    found = rows.annotate(**flags).order_by().values_list(*columns)
    return [(*values,) for values in found.annotate(count=Count("pk"), sum=Sum("amount"))]


def _waits(account: Account, day: date, today: date) -> bool:
    """Whether a row after the day is not in the balance yet: what a bank has booked is, from today on."""
    return account.is_manual or day < today


def _reason(account: Account, currency: str, *, pending: bool, later: bool) -> Reason | None:
    if currency != account.currency:
        return Reason.OTHER_CURRENCY
    if pending:
        return Reason.PENDING
    return Reason.AHEAD if later else None


def _parts(account: Account, count: int, amount: Decimal, *, alone: bool) -> list[Part]:
    address = reverse("account", args=[account.pk])
    opening = Part(
        _("What it began with") if alone else _("%s: what it began with") % account, account.opening, None, address
    )
    rows = Part(_("Booked transactions") if alone else _("%s: booked transactions") % account, amount, count, address)
    return [opening, rows]


def _left_out(reason: Reason, currency: str, groups: Sequence[tuple[int, int, Decimal]], day: date) -> LeftOut:
    return LeftOut(
        reason=reason,
        text=_in_words(reason, currency),
        currency=currency,
        count=sum(count for _pk, count, _amount in groups),
        amount=sum((amount for _pk, _count, amount in groups), ZERO),
        address=_listed(reason, currency, {pk for pk, _count, _amount in groups}, day),
    )


def _listed(reason: Reason, currency: str, accounts: set[int], day: date) -> str:
    query = [("account", str(pk)) for pk in sorted(accounts)] + [("currency", currency)]
    if reason is Reason.PENDING:
        query.append(("pending", "yes"))
    if reason is Reason.AHEAD:
        query += [("pending", "no"), ("start", date.fromordinal(day.toordinal() + 1).isoformat())]
    return f"{reverse('transactions')}?{urlencode(query)}"


def _in_words(reason: Reason, currency: str) -> str:
    return {
        Reason.OTHER_CURRENCY: _("In %s: another currency than the account's is never added") % currency,
        Reason.PENDING: _("Pending: not booked yet"),
        Reason.AHEAD: _("After this day"),
    }[reason]


def _definition(figure: Figure) -> str:
    name = figure.id
    if name.startswith("liabilities"):
        return _("What you owe: the balances of credit cards and loans, shown without their minus.")
    if name.startswith("assets"):
        return _("What you have: the balances of all accounts that are no credit cards or loans.")
    if name.startswith("net-worth"):
        return _("What you have less what you owe: the balances of all open accounts in this currency.")
    if name.startswith(("balance", "after")):
        return _("What the account began with, and every booked transaction since. What is owed is negative.")
    return _("The balances of all open accounts of this kind in this currency.")
