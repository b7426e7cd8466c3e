"""Books: the list, a new one, its settings, and going into one."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, queries, wishes
from accounts.forms import BookForm, NewBookForm
from accounts.middleware import SESSION_KEY
from accounts.models import Book, Membership, Role
from accounts.once import once
from accounts.pages import onward
from accounts.views.people import status_of, user_of


def membership_or_404(request: HttpRequest, book_id: int, *, role: str = Role.VIEWER) -> Membership:
    """The user's role in that book: 404 without one, 403 with a lesser one when something is to be changed."""
    membership = queries.membership_of(user=user_of(request), book_id=book_id)
    if membership is None:
        raise Http404
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not membership.may(role):
        raise PermissionDenied(_("Only an owner of this book may do that."))
    return membership


@require_safe
@login_required
def books(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/books.html")


@login_required
def new_book(request: HttpRequest) -> HttpResponse:
    current = request.membership  # type: ignore[attr-defined]  # set by accounts.middleware
    guess = {"currency": wishes.currency_of(user_of(request).locale), "time_zone": "UTC"}
    like = {"currency": current.book.currency, "time_zone": current.book.time_zone} if current else guess
    form = NewBookForm(request.POST or None, initial={"kind": request.GET.get("kind", "household"), **like})
    if request.method == "POST" and form.is_valid():
        request.session[SESSION_KEY] = once(request, partial(_open, request, form))
        messages.success(request, _("The book is open. You are in it now."))
        return redirect("/")
    return render(request, "accounts/new_book.html", {"form": form}, status=status_of(form))


def _open(request: HttpRequest, form: NewBookForm) -> int:
    return actions.open_book(user=user_of(request), now=timezone.now(), **form.cleaned_data).pk


@login_required
def edit_book(request: HttpRequest, book_id: int) -> HttpResponse:
    membership = membership_or_404(request, book_id, role=Role.OWNER)
    book = Book.objects.get(pk=book_id)
    form = BookForm(request.POST or None, instance=book)
    if not membership.may(Role.OWNER):
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        actions.amend_book(book=book, changes=form.changes())
        messages.success(request, _("Saved."))
        return redirect("edit_book", book_id)
    context = {"form": form, "book": membership.book, "mine": membership}
    return render(request, "accounts/edit_book.html", context, status=status_of(form))


@require_POST
@login_required
def enter_book(request: HttpRequest, book_id: int | None = None) -> HttpResponse:
    """Make a book the current one: named in the address, or in the field `book` of the switcher."""
    named = str(book_id or request.POST.get("book", ""))
    if not named.isdecimal() or len(named) > 18:
        raise Http404
    membership = membership_or_404(request, int(named))
    request.session[SESSION_KEY] = membership.book_id
    return onward(request)
