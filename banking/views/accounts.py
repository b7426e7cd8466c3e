"""The accounts of a book, one account, and manual accounts."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries as people
from accounts.once import once
from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking import actions, queries
from banking.actions import Conflicting, Refused
from banking.figures import Figure
from banking.forms import AccountAmendForm, AccountForm
from banking.forms.filtering import FIRST_DAY, LAST_DAY
from banking.models import Account
from banking.queries import AccountBalance, Filters, Position
from banking.queries.connections import being_read
from banking.queries.holdings import holdings
from banking.queries.lines import SPANS, Span, balance_line
from banking.views.filtering import by_day
from banking.views.panels import done, edit_page, or_404, panel, refuse, status_of


@require_safe
@book_page()
def accounts(request: BookRequest) -> HttpResponse:
    """Everything owned and owed, by kind; with `on` as it was at the end of that day."""
    if "on" in request.GET:
        return _accounts_on(request)
    found = queries.accounts(book=request.book, today=_today(request), closed=True)
    balances = [each for each in found if each.account.closed_at is None]
    context = _shown(request, balances, address=reverse("accounts"))
    context["closed"] = [each for each in found if each.account.closed_at is not None]
    if not found:
        context["reading"] = being_read(book=request.book)
    return render(request, "banking/accounts.html", context)


def _accounts_on(request: BookRequest) -> HttpResponse:
    day, today = _day(request), _today(request)
    address = f"{reverse('accounts')}?on={day.isoformat()}"
    balances = queries.accounts_on(book=request.book, day=day, today=today)
    context = _shown(request, balances, address=address, on=day)
    return render(request, "banking/accounts.html", {**context, "on": day, "is_over": day < today})


def _today(request: BookRequest) -> date:
    return request.book.today(timezone.now())


def _day(request: BookRequest) -> date:
    """The day that the address names."""
    try:
        day = date.fromisoformat(request.GET["on"])
    except ValueError as error:
        raise Http404 from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Http404
    return day


def _shown(
    request: BookRequest, balances: list[AccountBalance], *, address: str, on: date | None = None
) -> dict[str, object]:
    positions = queries.positions(balances, first=request.book.currency)
    shown: dict[str, object] = {
        "holdings": holdings(balances, address=address),
        "worth": [_worth(each, address) for each in positions],
    }
    if any(each.currency != request.book.currency for each in positions):
        shown["together"] = queries.together(book=request.book, balances=balances, today=_today(request), on=on)
    return shown


def _worth(position: Position, address: str) -> dict[str, object]:
    def figure(name: str, amount: Decimal) -> Figure:
        return Figure(f"{name}-{position.currency}", amount, position.currency, address=address)

    return {
        "net": figure("net-worth", position.net_worth),
        "assets": figure("assets", position.assets),
        "liabilities": figure("liabilities", position.liabilities),
        "ahead": position.ahead,
        "after": position.after,
    }


@require_safe
@book_page()
def account(request: BookRequest, pk: int) -> HttpResponse:
    """One account: its balance over time, and its transactions each with the balance after it.

    With `on` up to the end of that day.
    """
    today = _today(request)
    on = _day(request) if "on" in request.GET else None
    until, found = on or today, _found(request, pk, on=on)
    span = next((each for each in SPANS if each.code == request.GET.get("span")), SPANS[0])
    filters = Filters(accounts=frozenset({pk}), end=on + timedelta(days=1) if on else None)
    try:
        page = page_of(queries.transactions(book=request.book, filters=filters), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    if request.GET.get("cursor") and not page.rows:
        return redirect("account", pk)
    start = until - timedelta(days=span.days)
    context = {
        "found": found,
        "account": found.account,
        "holder": found.account.holder,
        "on": on,
        "is_over": until < today,
        "page": page,
        "days": by_day(page.rows),
        "balances": queries.running_balances(account=found.account, rows=page.rows),
        "line": balance_line(book=request.book, account=found.account, start=start, until=until, today=today),
        "spans": [(_span_name(each), each is span, _query(each, on)) for each in SPANS],
        "query": _query(span, on),
    }
    return render(request, "banking/account.html", context)


def _query(span: Span, on: date | None) -> str:
    chosen = {} if span is SPANS[0] else {"span": span.code}
    return urlencode({**chosen, **({"on": on.isoformat()} if on else {})})


def _span_name(span: Span) -> str:
    return {"3m": _("3 months"), "1y": _("1 year"), "2y": _("2 years")}[span.code]


def _found(request: BookRequest, pk: int, *, on: date | None = None) -> AccountBalance:
    today = _today(request)
    try:
        if on is None:
            return queries.account(book=request.book, pk=pk, today=today)
        return queries.account_on(book=request.book, pk=pk, day=on, today=today)
    except (Account.DoesNotExist, OverflowError) as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """A manual account."""
    form = AccountForm(request.POST if request.method == "POST" else None, initial={"currency": request.book.currency})
    if form.is_bound and form.is_valid():
        try:
            message = once(request, partial(_open, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("accounts"), topic="accounts")
    return panel(
        request,
        "frame/_panel_form.html",
        {"form": form, "button": _("Add account")},
        title=_("Add an account by hand"),
        back=reverse("accounts"),
        status=status_of(form),
    )


def _open(request: BookRequest, form: AccountForm) -> str:
    actions.open_account(book=request.book, by=request.user, new=form.new(), now=timezone.now())
    return _("Account added.")


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit(request: BookRequest, pk: int) -> HttpResponse:
    """Another name, or another person whose it is; for a manual account another opening balance."""
    row = _found(request, pk).account
    initial = {"name": row.name, "opening": row.opening, "holder_id": str(row.holder_id or "")}
    sent = request.POST if request.method == "POST" else None
    holders = people.of_book(book=request.book, kept=[row.holder_id])
    form = AccountAmendForm(sent, manual=row.is_manual, people=holders, initial=initial)
    back = reverse("account", args=[pk])
    if form.is_bound and form.is_valid():
        try:
            with or_404():
                changes = form.changes()
                actions.amend_account(book=request.book, by=request.user, pk=pk, changes=changes, now=timezone.now())
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=back, topic="accounts")
    context = {"form": form, "button": _("Save")}
    return panel(request, "frame/_panel_form.html", context, title=_("Edit account"), back=back, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def close(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then close an account that no bank is read for or, with `closed=no`, open it again."""
    row, back = _found(request, pk).account, reverse("account", args=[pk])
    if not row.may_close:
        raise Http404
    if request.method == "POST" and request.POST.get("closed") == "no":
        with or_404():
            actions.reopen_account(book=request.book, by=request.user, pk=pk, now=timezone.now())
        return done(request, _("The account is open again."), back=back, topic="accounts")
    if request.method == "POST":
        _close(request, pk)
        return done(request, _("The account is closed."), back=reverse("accounts"), topic="accounts")
    title = _("Open this account again?") if row.closed_at else _("Close this account?")
    return panel(request, "banking/_close_account.html", {"account": row}, title=title, back=back)


def _close(request: BookRequest, pk: int) -> None:
    """Closed already is what was wanted."""
    with or_404(), suppress(Conflicting):
        actions.close_account(book=request.book, by=request.user, pk=pk, now=timezone.now())
