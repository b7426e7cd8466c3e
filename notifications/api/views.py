"""What a person was told, over the API."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView
from accounts.models import Role
from accounts.paging import LARGEST_PAGE, PAGE_SIZE, BadCursor, page_of
from accounts.rest import BookView
from notifications import actions, queries, telling
from notifications.actions import Choosing
from notifications.api import shapes
from notifications.models import Notification

WORDS = {"true": True, "1": True, "false": False, "0": False, "": False}
PAGE = [
    OpenApiParameter("cursor", str, description="`next` or `previous` of another page."),
    OpenApiParameter("limit", int, description=f"Rows of a page: {PAGE_SIZE}, at most {LARGEST_PAGE}."),
    OpenApiParameter("unread", bool, description="Only those that are unread."),
]


class NotificationView(BookView):
    """Each member reads and marks their own, whatever they may do in the book."""

    role = Role.VIEWER


class Notifications(NotificationView):
    """What you were told in the book, the newest first."""

    @extend_schema(operation_id="notifications_list", parameters=PAGE, responses=shapes.NotificationPage)
    def get(self, request: Request) -> Response:
        given = request.query_params
        if (word := given.get("unread", "").lower()) not in WORDS:
            raise ValidationError({"unread": [_("Give true or false.")]})
        rows = queries.centre(book=self.book, user=self.user, unread=WORDS[word])
        try:
            page = page_of(rows, cursor=given.get("cursor"), size=_limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        return Response(
            {
                "results": [shapes.notification(row) for row in page.rows],
                "unread": queries.unread_count(book=self.book, user=self.user),
                "next": page.next,
                "previous": page.previous,
            }
        )


class OneNotification(NotificationView):
    """PATCH: mark it read, or as new again."""

    @extend_schema(
        operation_id="notifications_update", request=shapes.NotificationChange, responses=shapes.NotificationShape
    )
    def patch(self, request: Request, pk: int) -> Response:
        try:
            queries.notification(book=self.book, user=self.user, pk=pk)
            given = shapes.NotificationChange(data=request.data)
            given.is_valid(raise_exception=True)
            unread = not given.validated_data["read"]
            row = actions.read(book=self.book, user=self.user, pk=pk, now=timezone.now(), unread=unread)
        except (Notification.DoesNotExist, OverflowError) as error:
            raise NotFound(str(queries.NOTHING)) from error
        telling.bell(book_id=self.book.pk, user_id=self.user.pk)
        return Response(shapes.notification(row))


class ReadAll(NotificationView):
    """POST: mark all of them read."""

    @extend_schema(operation_id="notifications_read_all", request=None, responses=shapes.ReadAllShape)
    def post(self, request: Request) -> Response:
        count = actions.read_all(book=self.book, user=self.user, now=timezone.now())
        telling.bell(book_id=self.book.pk, user_id=self.user.pk)
        return Response({"read": count})


class Preferences(PersonView):
    """What you are told, over which channels, and how; the same in all your books."""

    @extend_schema(operation_id="notification_preferences_retrieve", responses=shapes.PreferencesShape)
    def get(self, request: Request) -> Response:
        return Response(shapes.PreferencesShape(shapes.preferences(self.user)).data)

    @extend_schema(
        operation_id="notification_preferences_update",
        request=shapes.PreferencesInput,
        responses=shapes.PreferencesShape,
    )
    def put(self, request: Request) -> Response:
        """All of it; a preference that is not named becomes what is usual."""
        return self._kept(request, shapes.PreferencesInput)

    @extend_schema(
        operation_id="notification_preferences_partial_update",
        request=shapes.PreferencesChange,
        responses=shapes.PreferencesShape,
    )
    def patch(self, request: Request) -> Response:
        """What is named; the rest stays."""
        return self._kept(request, shapes.PreferencesChange)

    def _kept(self, request: Request, taken: type[shapes.PreferencesChange]) -> Response:
        body = taken(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        choices = [(each["kind"], each["channel"], each["on"]) for each in given.pop("preferences", [])]
        if taken is shapes.PreferencesInput:
            choices += shapes.usual({(kind, channel) for kind, channel, _on in choices})
        actions.choose(user=self.user, choices=[Choosing(*each) for each in choices], manner=given)  # type: ignore[arg-type]  # the serializer's names
        return self.get(request)


def _limit_of(request: Request) -> int:
    text = request.query_params.get("limit") or str(PAGE_SIZE)
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValidationError({"limit": [_("Give a number from 1 to %(most)d.") % {"most": LARGEST_PAGE}]})
    return int(text)
