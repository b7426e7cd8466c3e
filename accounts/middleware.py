"""Which book a page is about: the one chosen in the session, else the user's default book."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import queries

SESSION_KEY = "book"


def choose_book(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a lazy `membership`: the signed-in user's role in the current book, or None."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.membership = SimpleLazyObject(lambda: _membership(request))  # type: ignore[attr-defined]  # ours
        return get_response(request)

    return middleware


def _membership(request: HttpRequest) -> object:
    if not request.user.is_authenticated:
        return None
    return queries.membership(user=request.user, book_id=request.session.get(SESSION_KEY))
