"""Dividing a transaction into parts, and putting it together again."""

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.once import once
from accounts.pages import BookRequest
from banking import actions, queries
from banking.actions import Refused
from banking.forms.splitting import SplitForm, with_one_more
from banking.models import Split, Transaction
from banking.views.panels import IDS_IN_DRAWER, done, edit_page, or_404, panel, refuse, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def split(request: BookRequest, pk: int) -> HttpResponse:
    """The parts of a transaction, to make or to change; `more` only asks for one more line."""
    row = row_of(request, pk)
    if row.part_of_id is not None:
        raise Http404
    adding = "more" in request.POST
    form = _form(request, row, with_one_more(request.POST) if adding else request.POST)
    if form.is_bound and not adding and form.is_valid():
        try:
            message = once(request, partial(_divided, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, message, back=reverse("transaction", args=[pk]), topic="transactions")
    kept = [each.category_id for each in (row, *form.there)]
    categories = queries.categories(book=request.book, kept=kept)
    return panel(
        request,
        "banking/_split.html",
        {
            "form": form,
            "row": row,
            "categories": categories,
            "left": form.left if adding else None,
            "adding": adding,
        },
        title=_("Split %(name)s") % {"name": queries.title(row)},
        back=reverse("transaction", args=[pk]),
        status=200 if adding else status_of(form),
    )


def _form(request: BookRequest, row: Transaction, sent: object) -> SplitForm:
    parts = queries.parts(book=request.book, pk=row.pk) if row.is_split else []
    rest = Split.objects.filter(book=request.book, transaction=row).values_list("rest", flat=True).first()
    ids = IDS_IN_DRAWER if request.htmx else "id_%s"  # type: ignore[attr-defined]  # django-htmx
    sent = sent if request.method == "POST" else None
    return SplitForm(sent, row=row, parts=parts, rest=rest, auto_id=ids)


def _divided(request: BookRequest, form: SplitForm) -> str:
    with or_404():
        actions.split(book=request.book, by=request.user, pk=form.row.pk, parts=form.parts(), now=timezone.now())
    return _("Split.")


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def unsplit(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then put a split together again."""
    row = row_of(request, pk)
    if not row.is_split:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            with or_404():
                actions.unsplit(book=request.book, by=request.user, pk=pk, now=timezone.now())
        except Refused as error:
            refused = str(error)
        else:
            return done(request, _("Put together."), back=reverse("transaction", args=[pk]), topic="transactions")
    return panel(
        request,
        "banking/_unsplit.html",
        {"row": row, "refused": refused, "parts": queries.parts(book=request.book, pk=pk)},
        title=_("Put it together again?"),
        back=reverse("transaction", args=[pk]),
        status=422 if refused else 200,
    )


def row_of(request: BookRequest, pk: int) -> Transaction:
    """The row of the book, also one that is split; else 404."""
    try:
        return queries.transaction(book=request.book, pk=pk)
    except (Transaction.DoesNotExist, OverflowError) as error:
        raise Http404 from error
