"""Receipts of a transaction: adding, looking at, removing."""

from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from banking import actions, queries, vault
from banking.actions import Refused
from banking.forms.keeping import ReceiptForm
from banking.models import Attachment, Transaction
from banking.serving import served
from banking.views.panels import edit_page, or_404, panel, refuse, status_of, succeeded


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def attachments(request: BookRequest, pk: int) -> HttpResponseBase:
    """Add a file to a transaction; then back to it, in the drawer too."""
    try:
        row = queries.transaction(book=request.book, pk=pk)
    except (Transaction.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm()
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_attach, request, pk, form.cleaned_data["file"]))
        except Refused as error:
            refuse(form, error)
        else:
            return _back(request, pk, _("The file is kept."))
    context = {"row": row, "receipts": queries.attachments(book=request.book, transaction_id=pk), "form": form}
    return panel(
        request,
        "banking/_attachments.html",
        {**context, "receipt_form": form},
        title=_("Receipts"),
        back=reverse("transaction", args=[pk]),
        status=status_of(form),
    )


def _attach(request: BookRequest, pk: int, sent: "UploadedFile[bytes]") -> int:
    with or_404():
        found = actions.attach(
            book=request.book, by=request.user, pk=pk, name=sent.name or "", content=sent.read(), now=timezone.now()
        )
    return found.pk


@require_safe
@book_page()
def attachment(request: BookRequest, pk: int) -> HttpResponse:
    """The file itself."""
    try:
        return served(_found(request, pk))
    except vault.Gone as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponseBase:
    """Ask, then remove a file."""
    receipt = _found(request, pk)
    if request.method == "POST":
        with or_404():
            actions.detach(book=request.book, by=request.user, pk=pk, now=timezone.now())
        return _back(request, receipt.transaction_id, _("The file is removed."))
    back = reverse("transaction", args=[receipt.transaction_id])
    return panel(
        request, "banking/_remove_attachment.html", {"receipt": receipt}, title=_("Remove this file?"), back=back
    )


def _back(request: BookRequest, pk: int, message: str) -> HttpResponse:
    """To the transaction; what is done shows there, and on a page of its own a line says so too."""
    if not request.htmx:  # type: ignore[attr-defined]  # django-htmx
        succeeded(request, message)
    return redirect("transaction", pk)


def _found(request: BookRequest, pk: int) -> Attachment:
    try:
        return queries.attachment(book=request.book, pk=pk)
    except (Attachment.DoesNotExist, OverflowError) as error:
        raise Http404 from error
