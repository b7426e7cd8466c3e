"""Which book a page is about, and what somebody gets who tries too often."""

from collections.abc import Callable

import structlog
from allauth.core.ratelimit import respond_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from redis.exceptions import RedisError

from accounts import queries
from accounts.attempts import TooManyAttempts
from accounts.models import Membership

SESSION_KEY = "book"
CACHE_IS_BACK_SECONDS = 30
log = structlog.get_logger(__name__)


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


class SayWhenToTryAgain:
    """A page that was tried too often answers 429 with `Retry-After`; allauth's own windows are of a minute.

    One whose tries cannot be counted, as the cache is down, answers 503: it would let a code be guessed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", "60")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RedisError):
            log.warning("page.cache_down", error=type(error).__name__)
            page = render(request, "503.html", status=503)
            page.headers["Retry-After"] = str(CACHE_IS_BACK_SECONDS)
            return page
        if not isinstance(error, TooManyAttempts):
            return None
        response: HttpResponse = respond_429(request)
        response.headers["Retry-After"] = str(error.wait)
        return response
