"""Endpoints about a book: the API's counterpart of `accounts.pages`."""

from contextlib import ExitStack
from typing import Any

from django.db import transaction
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries
from accounts.books import entered
from accounts.models import Book, Membership, User

SAFE = {"GET", "HEAD", "OPTIONS"}


class BookView(APIView):
    """Runs inside the book named by `X-Book`, else the user's default book.

    Reading takes any role, writing `role`. Errors roll back. With `network = True` the handler talks to the outside
    and enters the book itself.
    """

    role = "editor"
    network = False
    book: Book
    membership: Membership

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        with ExitStack() as self._stack:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # DRF answers Response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.membership = self._membership(request)
        self.book = self.membership.book
        if request.method not in SAFE and not self.membership.may(self.role):
            raise PermissionDenied("Your role in this book does not allow this.")
        if not self.network:
            self._stack.enter_context(transaction.atomic() if request.method not in SAFE else ExitStack())
            self._stack.enter_context(entered(self.book))

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if transaction.get_connection().in_atomic_block and not self.network:
            transaction.set_rollback(True)
        return response

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]  # IsAuthenticated

    def _membership(self, request: Request) -> Membership:
        named = request.headers.get("X-Book", "")
        if not named:
            found = queries.membership(user=self.user, book_id=None)
        elif named.isdecimal() and len(named) < 19:
            found = queries.membership_of(user=self.user, book_id=int(named))
        else:
            raise ValidationError({"X-Book": ["This must be the id of a book."]})
        if found is None:
            raise NotFound("There is no such book.")
        return found
