"""Books, their members and invitations, and settings."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, queries
from accounts.api.views import CreatingView, PersonView, checked
from accounts.models import Book, Membership, Role, User
from accounts.rest import BookView
from accounts.serializers import (
    BookChange,
    BookShape,
    NewBook,
    SettingsChange,
    SettingsShape,
)


def membership_or_404(user: User, book_id: int, request: Request, *, role: str = Role.OWNER) -> Membership:
    """The user's role in that book: 404 without one; 403 with less than `role` when something is to be changed."""
    membership = queries.membership_of(user=user, book_id=book_id)
    if membership is None:
        raise NotFound(_("There is no such book."))
    if request.method != "GET" and not membership.may(role):
        raise PermissionDenied(_("Only an owner of this book may do that."))
    return membership


def shape(membership: Membership) -> dict[str, object]:
    """A book as its member sees it."""
    membership.book.role = membership.role  # type: ignore[attr-defined]  # only to be shown
    return dict(BookShape(membership.book).data)


class Books(CreatingView):
    """GET: the user's books. POST: open one."""

    @extend_schema(operation_id="books_list", responses=BookShape(many=True))
    def get(self, request: Request) -> Response:
        return Response([shape(membership) for membership in queries.memberships(user=self.user)])

    @extend_schema(operation_id="books_create", request=NewBook, responses={201: BookShape})
    def post(self, request: Request) -> Response:
        given = checked(NewBook, request)
        user = User.objects.get(pk=self.user.pk)
        wanted = {"time_zone": queries.time_zone_of(user=user), **given.changes()}  # type: ignore[attr-defined]  # ours
        book = actions.open_book(user=user, now=timezone.now(), **wanted)
        return Response(shape(Membership(book=book, user=user, role=Role.OWNER)), status=201)


class OneBook(PersonView):
    """GET, PATCH: a book's name, currency, fiscal year start and time zone."""

    @extend_schema(operation_id="books_retrieve", responses=BookShape)
    def get(self, request: Request, book_id: int) -> Response:
        return Response(shape(membership_or_404(self.user, book_id, request)))

    @extend_schema(operation_id="books_update", request=BookChange, responses=BookShape)
    def patch(self, request: Request, book_id: int) -> Response:
        membership = membership_or_404(self.user, book_id, request)
        given = checked(BookChange, request)
        actions.amend_book(book=membership.book, changes=given.changes())  # type: ignore[attr-defined]  # ours
        return Response(shape(membership))


class Settings(BookView):
    """GET, PUT, PATCH: the user's own settings and, for its owners, those of the current book."""

    role = Role.VIEWER

    @extend_schema(operation_id="user_settings_retrieve", responses=SettingsShape)
    def get(self, request: Request) -> Response:
        return Response(_settings(User.objects.get(pk=self.user.pk), self.book))

    @extend_schema(operation_id="user_settings_update", request=SettingsChange, responses=SettingsShape)
    def put(self, request: Request) -> Response:
        return self._amend(request)

    @extend_schema(operation_id="user_settings_partial_update", request=SettingsChange, responses=SettingsShape)
    def patch(self, request: Request) -> Response:
        return self._amend(request)

    def _amend(self, request: Request) -> Response:
        given = SettingsChange(data=request.data)
        given.is_valid(raise_exception=True)
        of_book = given.of_book()
        if of_book and not self.membership.may(Role.OWNER):
            raise PermissionDenied(_("Only an owner of this book may do that."))
        user = User.objects.get(pk=self.user.pk)
        actions.amend_user(user=user, changes=given.of_user())
        actions.amend_book(book=self.book, changes=of_book)
        return Response(_settings(user, self.book))


def _settings(user: User, book: Book) -> dict[str, object]:
    values = {
        "name": user.name,
        "locale": user.locale,
        "book": book.pk,
        "business_name": book.name,
        "currency": book.currency,
        "fiscal_year_start": (book.fiscal_month, book.fiscal_day),
        "time_zone": book.time_zone,
    }
    return dict(SettingsShape(values).data)
