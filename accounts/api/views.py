"""What the endpoints about people share."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.models import User
from accounts.rest import RepeatableView

REFUSED = OpenApiResponse({"$ref": "#/components/schemas/Error"}, "Refused; `code` says why.")


class PersonView(APIView):
    """An endpoint for the signed-in person, in no book."""

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class CreatingView(RepeatableView, PersonView):
    """As PersonView, where a POST creates something."""


class OpenView(APIView):
    """An endpoint for anybody, counted by address and by the e-mail address it names.

    It does not look at who is calling, so that a stale token in the headers never gets in the way of signing in.
    """

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_scope = "auth"

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def checked(serializer: type[BaseSerializer[Any]], request: Request, *, partial: bool = False) -> BaseSerializer[Any]:
    """The request's body in this shape; raise ValidationError."""
    found = serializer(data=request.data, partial=partial)
    found.is_valid(raise_exception=True)
    return found
