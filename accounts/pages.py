"""Pages about a book: signed in, in the book, with the role it takes."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.books import entered
from accounts.models import Book, Membership, User

P = ParamSpec("P")


class BookRequest(HttpRequest):
    """A request about a book, by one of its members."""

    user: User
    book: Book
    membership: Membership


View = Callable[Concatenate[BookRequest, P], HttpResponseBase]


def book_page(*, role: str = "editor", network: bool = False) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Wrap a page: any member may look (GET, HEAD), `role` is needed to change something.

    Somebody without any book is sent to where they open one.

    The view runs inside the book. With `network=True` it does not, because it talks to the outside, and enters the
    book itself around its reads and writes.
    """

    def wrap(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: BookRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.membership:
                return redirect("books")
            if request.method not in {"GET", "HEAD", "OPTIONS"} and not request.membership.may(role):
                raise PermissionDenied("Your role in this book does not allow changes.")
            request.book = request.membership.book
            if network:
                return view(request, *args, **kwargs)
            with entered(request.book):
                return view(request, *args, **kwargs)

        return login_required(page)

    return wrap
