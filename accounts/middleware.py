"""Which book a page is about: the one chosen in the session, else the user's default book."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import queries
from accounts.models import Membership

SESSION_KEY = "book"


def choose_book(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request, lazily and in one query, `memberships` (the user's books) and `membership`.

    `membership` is the signed-in user's role in the current book, or false without one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.memberships = SimpleLazyObject(lambda: _memberships(request))  # type: ignore[attr-defined]  # ours
        request.membership = SimpleLazyObject(lambda: _membership(request))  # type: ignore[attr-defined]  # ours
        return get_response(request)

    return middleware


def _memberships(request: HttpRequest) -> list[Membership]:
    return queries.memberships(user=request.user) if request.user.is_authenticated else []


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    mine = request.memberships  # type: ignore[attr-defined]  # ours
    return queries.chosen(mine, user=request.user, book_id=request.session.get(SESSION_KEY))
