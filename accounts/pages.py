"""Pages about a book: signed in, in the book, with the role it takes."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.books import entered
from accounts.models import Book, Membership, User

P = ParamSpec("P")
FIELD, HEADER = "in_book", "X-Book"


class BookRequest(HttpRequest):
    """A request about a book, by one of its members."""

    user: User
    book: Book
    membership: Membership
    memberships: list[Membership]


View = Callable[Concatenate[BookRequest, P], HttpResponseBase]


def book_page(
    *, role: str = "editor", look: str = "viewer", network: bool = False
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Wrap a page: `look` is the role needed to look (GET, HEAD), `role` the one needed to change something.

    Somebody without any book is sent to where they open one.

    The view runs inside the book. With `network=True` it does not, because it talks to the outside, and enters the
    book itself around its reads and writes. A request made from a page of another book than the current one, which
    names it in `FIELD` or `HEADER`, is answered with 409 and not carried out.
    """

    def wrap(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: BookRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.membership:
                return redirect("books")
            request.book = request.membership.book
            if _named(request) not in {"", str(request.book.pk)}:
                return _other_book(request)
            looks = request.method in {"GET", "HEAD", "OPTIONS"}
            if not request.membership.may(look if looks else role):
                raise PermissionDenied("Your role in this book does not allow this.")
            if network:
                return view(request, *args, **kwargs)
            with entered(request.book):
                return view(request, *args, **kwargs)

        return login_required(page)

    return wrap


def _named(request: HttpRequest) -> str:
    """The book of the page that the request was made from; empty where it does not say."""
    return request.headers.get(HEADER) or request.POST.get(FIELD) or request.GET.get(FIELD) or ""


def _other_book(request: BookRequest) -> HttpResponse:
    """In the drawer a piece of it, otherwise a page: somebody has left the book, in another tab or for good."""
    named = _named(request)
    htmx = getattr(request, "htmx", None)
    left = next((each for each in request.memberships if str(each.book_id) == named), None)
    context = {
        "left": left,
        "body": "accounts/_other_book.html",
        "title": _("You are in another book now") if left else _("You are no longer in this book"),
        "back": (htmx and htmx.current_url_abs_path) or "/",
    }
    template = "frame/panel_drawer.html" if htmx else "accounts/other_book.html"
    return render(request, template, context, status=409)


def onward(request: HttpRequest, *, otherwise: str = "/") -> HttpResponseRedirect:
    """To the address of this site in the field `next`, else to another one."""
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else otherwise)
