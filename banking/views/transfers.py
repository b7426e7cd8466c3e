"""The other side of a transaction: pairing it by hand, and taking a pair apart."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages import BookRequest, book_page
from banking import queries
from banking.actions import Refused, transferring
from banking.models import Transaction, Transfer
from banking.queries import review
from banking.views.panels import done, edit_page, panel

LONGEST_ID = 18


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def pair(request: BookRequest, pk: int) -> HttpResponse:
    """Choose the other side of a transfer."""
    row = _found(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            _pair(request, row)
        except Refused as error:
            refusal = str(error)
        else:
            return done(request, _("Paired."), back=reverse("transaction", args=[pk]), topic="transactions")
    context = {"row": row, "partners": review.partners(book=request.book, row=row), "refusal": refusal}
    return panel(
        request,
        "banking/_pair.html",
        context,
        title=_("The other side"),
        back=reverse("transaction", args=[pk]),
        status=422 if refusal else 200,
    )


def _pair(request: BookRequest, row: Transaction) -> None:
    chosen = request.POST.get("partner", "")
    if not chosen.isdecimal() or len(chosen) > LONGEST_ID:
        raise Refused(_("Choose the other side."))
    other = _found(request, int(chosen))
    outgoing, incoming = (row, other) if row.amount < 0 else (other, row)
    transferring.pair(book=request.book, by=request.user, outgoing=outgoing, incoming=incoming, now=timezone.now())


@require_POST
@book_page()
def unpair(request: BookRequest, pk: int) -> HttpResponseBase:
    """Take the transfer of a transaction apart."""
    row = _found(request, pk)
    pair = review.transfer_of(book=request.book, row_id=row.pk)
    if pair is None:
        raise Http404
    try:
        transferring.unpair(book=request.book, by=request.user, pk=pair.pk, now=timezone.now())
    except Transfer.DoesNotExist as error:
        raise Http404 from error
    message = _("Taken apart. It will not be paired again by itself.")
    return done(request, message, back=reverse("transaction", args=[pk]), topic="transactions")


def _found(request: BookRequest, pk: int) -> Transaction:
    try:
        return queries.transaction(book=request.book, pk=pk)
    except (Transaction.DoesNotExist, OverflowError) as error:
        raise Http404 from error
