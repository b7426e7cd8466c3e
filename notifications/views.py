"""The centre: what a person was told in the book, and the link in an e-mail that turns one kind off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.books import entered
from accounts.pages import BookRequest, book_page, onward
from accounts.paging import BadCursor, page_of
from notifications import actions, queries, telling, unsubscribing
from notifications.kinds import KINDS
from notifications.models import Notification


@require_safe
@book_page()
def centre(request: BookRequest) -> HttpResponse:
    """What is unread, or everything."""
    everything = request.GET.get("show") == "all"
    rows = queries.centre(book=request.book, user=request.user, unread=not everything)
    try:
        page = page_of(rows, cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
    context = {"page": page, "everything": everything, "query": "show=all" if everything else ""}
    return render(request, "notifications/centre.html", context)


@require_safe
@book_page()
def bell(request: BookRequest) -> HttpResponse:
    """The bell alone, for pages that are open."""
    return render(request, "notifications/bell.html")


@require_safe
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where an e-mail or a push leads: on to what it is about, through its book if that is another one."""
    for membership in request.memberships:  # type: ignore[attr-defined]  # set by accounts.middleware
        with entered(membership.book):
            row = Notification.objects.filter(book=membership.book, user=membership.user_id, pk=pk).first()
        if row is not None:
            break
    else:
        raise Http404
    here = request.membership.book_id == row.book_id  # type: ignore[attr-defined]  # likewise
    if here:
        return redirect(row.url or "notifications")
    context = {"told": row, "book": membership.book, "next": row.url or reverse("notifications")}
    return render(request, "notifications/other_book.html", context)


@require_POST
@book_page(role="viewer")
def read(request: BookRequest, pk: int) -> HttpResponse:
    """Mark one read and go on to what it is about; with `stay` only mark it."""
    try:
        row = actions.read(book=request.book, user=request.user, pk=pk, now=timezone.now())
    except (Notification.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    _told(request)
    if "stay" in request.POST:
        return onward(request, otherwise=reverse("notifications"))
    return redirect(row.url or "notifications")


@require_POST
@book_page(role="viewer")
def read_all(request: BookRequest) -> HttpResponse:
    actions.read_all(book=request.book, user=request.user, now=timezone.now())
    _told(request)
    messages.success(request, _("All are read."))
    return redirect("notifications")


def _told(request: BookRequest) -> None:
    telling.bell(book_id=request.book.pk, user_id=request.user.pk)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button. POST does it, also for a mail program without a session (RFC 8058)."""
    try:
        user_id, kinds = unsubscribing.meant(token)
    except signing.BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        actions.turn_off_mail(user_id=user_id, kinds=kinds)
    context = {"kinds": [KINDS[kind] for kind in kinds], "done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
