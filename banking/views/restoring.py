"""The trash, and fields that were set by hand."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking import actions, queries
from banking.actions import Refused
from banking.queries.trash import OFFERED_FOR, removed
from banking.tasks import enqueue_matching
from banking.views.panels import done, or_404, sorry


@require_safe
@book_page()
def trash(request: BookRequest) -> HttpResponse:
    """What was removed lately, the newest removal first."""
    try:
        page = page_of(removed(book=request.book, now=timezone.now()), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    return render(request, "banking/trash.html", {"page": page, "days": OFFERED_FOR.days})


@require_POST
@book_page()
def restore(request: BookRequest, pk: int) -> HttpResponse:
    """Take one out of it."""
    with or_404():
        row = actions.restore(book=request.book, by=request.user, pk=pk, now=timezone.now())
    enqueue_matching(book_id=request.book.pk)
    message = _("Restored: %(name)s.") % {"name": queries.title(row)}
    return done(request, message, back=reverse("trash"), topic="transactions")


@require_POST
@book_page()
def unlock(request: BookRequest, pk: int) -> HttpResponse:
    """Hand a field back to the bank and the categoriser."""
    back = reverse("transaction", args=[pk])
    try:
        with or_404():
            fields = {request.POST.get("field", "")}
            actions.unlock(book=request.book, by=request.user, pk=pk, fields=fields, now=timezone.now())
    except Refused as error:
        return sorry(request, str(error), back=back)
    return done(request, _("Unlocked."), back=back, topic="transactions")
