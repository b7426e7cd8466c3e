"""Figures that are the balances of all currencies together, converted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.queries import AccountBalance, Converted, Rates, Together
from reports.queries.explained import Explanation, Original, Part
from reports.queries.of_accounts import added_up


class NoTotal(Exception):
    """A rate is missing, so there is no total to explain; `together` says of which currencies."""

    def __init__(self, together: Together) -> None:
        super().__init__(together.currency)
        self.together = together


def explained_together(
    *, book: Book, what: str, balances: Sequence[AccountBalance], on: date | None, today: date
) -> Explanation:
    """The balances added up anew from the rows and converted; raise NoTotal. Two queries."""
    currencies = {each.account.currency for each in balances}
    known = banking.rates(book=book, currencies=currencies, days=[min(on or today, today)])
    told = _together(book, balances, known, on, today)
    shown = _figure(told, what)
    if shown is None:
        raise NoTotal(told)
    accounts = [each.account for each in balances]
    rows = added_up(book=book, accounts=accounts, day=on or today, today=today)
    anew = [replace(each, balance=rows.balance(each.account)) for each in balances]
    return Explanation(
        figure=shown,
        definition=_definition(what),
        start=None,
        until=on or today,
        parts=tuple(
            part for each in _together(book, anew, known, on, today).parts for part in _parts(each, what, shown.href)
        ),
        left_out=rows.left_out,
    )


def _together(book: Book, balances: Sequence[AccountBalance], known: Rates, on: date | None, today: date) -> Together:
    return banking.together(book=book, balances=balances, today=today, on=on, known=known)


def _figure(found: Together, what: str) -> Figure | None:
    return {"net-worth": found.net_worth, "assets": found.assets, "liabilities": found.liabilities}[what]


def _parts(each: Converted, what: str, address: str) -> list[Part]:
    """What one has and what one owes in a currency: each was converted by itself; `address` has the accounts."""
    have = _part(_("What you have in %s") % each.currency, each.assets_there, each.assets, each, address)
    owe = _part(_("What you owe in %s") % each.currency, each.liabilities_there, each.liabilities, each, address)
    if what == "assets":
        return [have]
    if what == "liabilities":
        return [owe]
    taken_off = replace(owe, amount=-owe.amount)
    if taken_off.original:
        taken_off = replace(taken_off, original=replace(taken_off.original, amount=-taken_off.original.amount))
    return [part for part, amount in ((have, each.assets), (taken_off, each.liabilities)) if amount] or [have]


def _part(name: str, amount: Decimal, there: Decimal, each: Converted, address: str) -> Part:
    original = Original(there, each.currency, each.rate) if each.rate else None
    return Part(name, amount, None, address, original)


def _definition(what: str) -> str:
    said = {
        "net-worth": _("What you have less what you owe in all your open accounts."),
        "assets": _("What you have in all accounts that are no credit cards or loans."),
        "liabilities": _("What you owe on all credit cards and loans, shown without its minus."),
    }[what]
    how = _(
        "What is in another currency is converted at the rate of the day: what you have and what you owe in it each "
        "once, rounded to the smallest coin. What is shown below adds up."
    )
    return f"{said} {how}"
