"""Endpoints whose POST can be repeated, among them those about a book: the API's counterpart of `accounts.pages`."""

from contextlib import ExitStack
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency, queries
from accounts.books import entered
from accounts.models import Book, IdempotencyKey, Membership, User

SAFE = {"GET", "HEAD", "OPTIONS"}


class RepeatableView(APIView):
    """A POST with an `Idempotency-Key` is answered once and repeated from memory.

    What writes does so in one transaction, which an error rolls back; with `network = True` the handler talks to the
    outside and opens its own.
    """

    network = False
    _taken: IdempotencyKey | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        with ExitStack() as self._stack:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # DRF answers Response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        book_id = self.open(request)
        if key := idempotency.key_of(request):
            fingerprint = idempotency.fingerprint_of(request, book_id)
            self._taken = idempotency.begin(
                caller=self.caller(request),
                user=self.user if request.user.is_authenticated else None,
                key=key,
                fingerprint=fingerprint,
                now=timezone.now(),
            )

    def open(self, request: Request) -> int:
        """Begin the transaction, and enter the book if it is about one; its id, or 0."""
        if not self.network and request.method not in SAFE:
            self._stack.enter_context(transaction.atomic())
        return 0

    def caller(self, request: Request) -> str:
        """Whose keys these are."""
        return f"user:{self.user.pk}"

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if self._taken is not None:
            idempotency.finish(self._taken, response)
        return super().finalize_response(request, response, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Leave the transaction as an exception leaves it, with nothing written, before the answer is made."""
        self._stack.__exit__(type(exc), exc, exc.__traceback__)
        if not self.network:
            self._taken = None
        if isinstance(exc, idempotency.Replay):
            return exc.response
        return super().handle_exception(exc)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class BookView(RepeatableView):
    """Runs inside the book named by `X-Book`, else the user's default book.

    Reading takes any role, writing `role`. With `network = True` the handler enters the book itself.
    """

    role = "editor"
    book: Book
    membership: Membership

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        """The day it is in the book."""
        return self.book.today(self.now)

    def open(self, request: Request) -> int:
        self.membership = self._membership(request)
        self.book = self.membership.book
        if request.method not in SAFE and not self.membership.may(self.role):
            raise PermissionDenied("Your role in this book does not allow this.")
        super().open(request)
        if not self.network:
            self._stack.enter_context(entered(self.book))
        return self.book.pk

    def _membership(self, request: Request) -> Membership:
        named = request.headers.get("X-Book", "")
        if not named:
            found = queries.membership(user=self.user, book_id=None)
        elif named.isdecimal() and len(named) < 19:
            found = queries.membership_of(user=self.user, book_id=int(named))
        else:
            raise ValidationError({"X-Book": ["This must be the id of a book."]})
        if found is None:
            raise NotFound("There is no such book." if named else "You are in no book. Open one first.")
        return found
