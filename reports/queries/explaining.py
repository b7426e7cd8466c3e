"""Why a figure is what it is: its definition, what it is made of, what is left out, and that the sum is the figure.

A figure is found by the id that pages and the API give it. Its amount comes from the queries that print it, mostly from
stored totals; its explanation is added up anew from the rows, so that the two prove one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from accounts.models import Book
from banking import queries as banking
from banking.figures import Figure
from banking.forms import TransactionFilter
from banking.models import AccountKind, Merchant
from banking.queries import AccountBalance
from reports.queries.dashboard import dashboard
from reports.queries.explained import Explanation
from reports.queries.of_accounts import explained_balances
from reports.queries.of_budgets import explained_budget
from reports.queries.of_currencies import explained_together
from reports.queries.of_forecast import explained_safe
from reports.queries.of_goals import explained_goal
from reports.queries.of_rows import explained_rows

ZERO = Decimal(0)
Lists = MultiValueDict[str, str]
_KINDS = "|".join(AccountKind.values)
_WORTH = re.compile(
    rf"(net-worth|net-worth-after|assets|liabilities|{_KINDS})-(?:(\d{{4}}-\d\d-\d\d)-)?([A-Za-z]{{3,8}})"
)
_TOGETHER = re.compile(r"all-(net-worth|assets|liabilities)-(?:(\d{4}-\d\d-\d\d)-)?([A-Za-z]{3,8})")
_BALANCE = re.compile(r"(balance|after)-(\d{1,18})")
_LISTED = re.compile(r"list-(in|out|net)-([A-Za-z]{3,8})")
_DAY = re.compile(r"day-(\d{4}-\d\d-\d\d)-([A-Za-z]{3,8})")
_MERCHANT = re.compile(r"merchant-(\d{1,18})-([A-Za-z]{3,8})")


class UnknownFigure(Exception):
    """No page of this book has a figure of that name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the name of a figure, the day of its page, and the filters of its list."""

    name: str
    on: date | None = None
    form: TransactionFilter | None = None


def is_of_list(name: str) -> bool:
    """Whether the figure is one of the list of transactions, so that it is about the list's filters."""
    return bool(_LISTED.fullmatch(name) or _DAY.fullmatch(name))


def explanation(*, book: Book, asked: Asked, today: date) -> Explanation:
    """Raise UnknownFigure or NoTotal. A fixed number of queries, whatever the size of the book."""
    try:
        if asked.form is not None and is_of_list(asked.name):
            return _of_list(book, asked.name, asked.form)
        if found := _BALANCE.fullmatch(asked.name):
            return _of_balance(book, asked, found[1], int(found[2]), today)
        if found := _TOGETHER.fullmatch(asked.name):
            return _of_together(book, asked, (found[1], found[2], found[3]), today)
        if found := _WORTH.fullmatch(asked.name):
            return _of_worth(book, asked, (found[1], found[2], found[3]), today)
        if found := _MERCHANT.fullmatch(asked.name):
            return _of_merchant(book, int(found[1]), found[2])
        if asked.name.startswith("budget"):
            return _of_budget(book, asked.name, today)
        if asked.name.startswith("goal-"):
            return _of_goal(book, asked.name, today)
        if safe := explained_safe(book=book, name=asked.name, today=today):
            return safe
    except ValueError as error:  # the 31st of February
        raise UnknownFigure from error
    for figure in _figures(dashboard(book=book, today=today)):
        if figure.id == asked.name and not figure.address:
            return explained_rows(book=book, figure=figure, given=dict(figure.filters))
    raise UnknownFigure


def _figures(found: object) -> Iterator[Figure]:
    if isinstance(found, Figure):
        yield found
    elif isinstance(found, tuple):
        for each in found:
            yield from _figures(each)
    elif is_dataclass(found):
        for part in fields(found):
            yield from _figures(getattr(found, part.name))


def _of_list(book: Book, name: str, form: TransactionFilter) -> Explanation:
    """The list's filters, narrowed as the link of its figure narrows them."""
    given = {name: [each for each in values if each] for name, values in cast(Lists, form.data).lists()}
    filters = form.filters()
    narrowed = {"pending": ["yes" if filters.pending else "no"], "excluded": ["yes" if filters.excluded else "no"]}
    if listed := _LISTED.fullmatch(name):
        currency = listed[2]
        narrowed |= {} if listed[1] == "net" else {"direction": [listed[1]]}
    elif found := _DAY.fullmatch(name):
        currency = found[2]
        day = date.fromisoformat(found[1]).isoformat()
        narrowed |= {"start": [day], "until": [day]}
    else:
        raise UnknownFigure
    values = {**{name: each for name, each in given.items() if each}, **narrowed, "currency": [currency]}
    checked = TransactionFilter(values, book=book, locale=form.locale)
    if not checked.is_valid():
        raise UnknownFigure
    totals = banking.summary(book=book, filters=checked.filters()).totals
    amount = sum((total.net for total in totals if total.currency == currency), ZERO)
    return explained_rows(book=book, figure=Figure(name, amount, currency), given=values, locale=form.locale)


def _of_merchant(book: Book, pk: int, currency: str) -> Explanation:
    try:
        [known] = banking.with_totals(book=book, rows=[banking.merchant(book=book, pk=pk)])
    except Merchant.DoesNotExist as error:
        raise UnknownFigure from error
    for figure in known.figures:
        if figure.currency == currency:
            return explained_rows(book=book, figure=figure, given=dict(figure.filters))
    raise UnknownFigure


def _of_budget(book: Book, name: str, today: date) -> Explanation:
    found = explained_budget(book=book, name=name, today=today)
    if found is None:
        raise UnknownFigure
    return found


def _of_goal(book: Book, name: str, today: date) -> Explanation:
    found = explained_goal(book=book, name=name, today=today)
    if found is None:
        raise UnknownFigure
    return found


def _of_balance(book: Book, asked: Asked, kind: str, pk: int, today: date) -> Explanation:
    found = next(
        (each for each in banking.accounts(book=book, today=today, closed=True) if each.account.pk == pk), None
    )
    if found is None:
        raise UnknownFigure
    if kind == "after":
        if found.after is None or found.ahead is None:
            raise UnknownFigure
        return explained_balances(
            book=book, figure=found.after, accounts=[found.account], day=found.ahead.last, today=today
        )
    if asked.on:
        found = banking.account_on(book=book, pk=pk, day=asked.on, today=today)
    return explained_balances(
        book=book, figure=found.figure, accounts=[found.account], day=asked.on or today, today=today
    )


def _of_worth(book: Book, asked: Asked, named: tuple[str, str | None, str], today: date) -> Explanation:
    what, at, currency = named
    everything = banking.accounts(book=book, today=today, closed=True)
    if currency not in {book.currency, *(each.account.currency for each in everything)}:
        raise UnknownFigure
    now = [each for each in everything if each.account.closed_at is None]
    on = date.fromisoformat(at) if at else asked.on
    if what == "net-worth-after":
        on = _ahead(now, currency)
    balances = banking.accounts_on(book=book, day=on, today=today) if on else now
    mine = [each for each in balances if each.account.currency == currency and _belongs(each, what)]
    sign = -1 if what == "liabilities" else 1
    amount = sum((each.balance for each in mine), ZERO) * sign + ZERO
    address = reverse("accounts") + (f"?on={on.isoformat()}" if on else "")
    return explained_balances(
        book=book,
        figure=Figure(asked.name, amount, currency, sign=sign, address=address),
        accounts=[each.account for each in mine],
        day=on or today,
        today=today,
    )


def _of_together(book: Book, asked: Asked, named: tuple[str, str | None, str], today: date) -> Explanation:
    """Raise NoTotal where a rate is missing."""
    what, at, currency = named
    if currency != book.currency:
        raise UnknownFigure
    on = date.fromisoformat(at) if at else asked.on
    balances = banking.accounts_on(book=book, day=on, today=today) if on else banking.accounts(book=book, today=today)
    found = explained_together(book=book, what=what, balances=balances, on=on, today=today)
    return replace(found, figure=replace(found.figure, id=asked.name))


def _ahead(balances: list[AccountBalance], currency: str) -> date:
    """The day of the last entry ahead in the currency."""
    days = [each.ahead.last for each in balances if each.ahead and each.account.currency == currency]
    if not days:
        raise UnknownFigure
    return max(days)


def _belongs(each: AccountBalance, what: str) -> bool:
    if what in {"assets", "liabilities"}:
        return each.is_owed == (what == "liabilities")
    return what.startswith("net-worth") or each.account.kind == what
