"""Refunds with the purchases they belong to, and what others owe."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking import actions, queries
from banking.actions import Refused
from banking.figures import Figure
from banking.forms.splitting import OwedForm
from banking.models import RefundLink, Reimbursement, Transaction
from banking.views.panels import done, edit_page, or_404, panel, refuse, status_of
from banking.views.splits import row_of

LONGEST_TEXT, LONGEST_ID = 100, 18


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def refunds(request: BookRequest, pk: int) -> HttpResponse:
    """What belongs to a refund or a purchase, what may, and a search for what else does."""
    row = row_of(request, pk)
    refused = ""
    if request.method == "POST":
        refund, purchase = _pair(request, row)
        try:
            with or_404():
                actions.link_refund(
                    book=request.book, by=request.user, now=timezone.now(), refund=refund, purchase=purchase
                )
        except Refused as error:
            refused = str(error)
        else:
            return done(request, _("Linked."), back=reverse("transaction", args=[pk]), topic="transactions")
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT]
    context = {
        "row": row,
        "text": text,
        "refused": refused,
        "ties": queries.ties(book=request.book, row=row),
        "candidates": queries.candidates_for(book=request.book, row=row)[: queries.FEW],
        "rows": queries.counterparts(book=request.book, row=row, text=text),
    }
    return panel(
        request,
        "banking/_refunds.html",
        context,
        title=_("What it refunds") if row.amount > 0 else _("Refunds of it"),
        back=reverse("transaction", args=[pk]),
        status=422 if refused else 200,
    )


@require_POST
@edit_page
def unlink(request: BookRequest, pk: int) -> HttpResponse:
    """Part a refund and its purchase."""
    row = row_of(request, pk)
    refund, purchase = _pair(request, row)
    try:
        with or_404():
            actions.unlink_refund(
                book=request.book, by=request.user, now=timezone.now(), refund=refund, purchase=purchase
            )
    except RefundLink.DoesNotExist as error:
        raise Http404 from error
    return done(request, _("Parted."), back=reverse("transaction", args=[pk]), topic="transactions")


def _pair(request: BookRequest, row: Transaction) -> tuple[int, int]:
    """The row and the one that the form names: (refund, purchase)."""
    named = request.POST.get("other", "")
    if not named.isdecimal() or len(named) > LONGEST_ID:
        raise Http404
    return (row.pk, int(named)) if row.amount > 0 else (int(named), row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def owed_of(request: BookRequest, pk: int) -> HttpResponse:
    """What others owe of a purchase; with `nothing` no longer anything."""
    row = row_of(request, pk)
    if row.amount >= 0 or row.is_split:
        raise Http404
    before = queries.reimbursement_of(book=request.book, pk=pk)
    said = before.reimbursement if before else None
    initial = {"amount": said.amount if said else -row.amount, "who": said.who if said else ""}
    form = OwedForm(request.POST if request.method == "POST" else None, initial=initial)
    if "nothing" in request.POST:
        return _owed_no_more(request, pk)
    if form.is_bound and form.is_valid():
        try:
            with or_404():
                actions.expect_back(book=request.book, by=request.user, pk=pk, now=timezone.now(), **form.cleaned_data)
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Noted."), back=reverse("transaction", args=[pk]), topic="transactions")
    return panel(
        request,
        "banking/_owed_form.html",
        {"form": form, "row": row, "before": before},
        title=_("What others owe of it"),
        back=reverse("transaction", args=[pk]),
        status=status_of(form),
    )


def _owed_no_more(request: BookRequest, pk: int) -> HttpResponse:
    try:
        actions.expect_nothing_back(book=request.book, by=request.user, pk=pk, now=timezone.now())
    except Reimbursement.DoesNotExist as error:
        raise Http404 from error
    return done(request, _("Nothing is owed."), back=reverse("transaction", args=[pk]), topic="transactions")


@require_safe
@book_page()
def owed(request: BookRequest) -> HttpResponse:
    """What others still owe, newest first."""
    try:
        page = page_of(queries.owed(book=request.book), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    if request.GET.get("cursor") and not page.rows:
        return redirect("owed")
    here = reverse("owed")
    totals = queries.owed_totals(book=request.book)
    context = {
        "page": page,
        "lines": [queries.as_owed(each) for each in page.rows],
        "totals": [Figure(f"owed-{currency}", amount, currency, address=here) for currency, amount in totals.items()],
    }
    return render(request, "banking/owed.html", context)
