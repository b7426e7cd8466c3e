"""What the OpenAPI description says about every operation: who may call it and how it can fail."""

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as Spectacular
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from accounts.authentication import ACCESS_COOKIE
from accounts.rest import SAFE, BookView, RepeatableView


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of every error."""

    code = serializers.CharField(help_text="For programs: never translated.")
    message = serializers.CharField(help_text="For people.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the envelope's key is called like DRF's property
        child=serializers.ListField(child=serializers.CharField()), help_text="Messages by field."
    )
    request_id = serializers.CharField(help_text="Also in the X-Request-ID header and in our logs.")


ERRORS = {
    400: "The request is not acceptable; `fields` says why.",
    401: "Not signed in, or the token has ended.",
    403: "The role or the token does not allow this.",
    404: "There is no such thing in this book.",
    409: "It collides with what is there, or the first request with this Idempotency-Key is still running.",
    413: "The body is too large.",
    415: "The body is of another type than the one described.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says when to try again.",
    503: "What it needs is down; `Retry-After` says when to try again.",
}
HEADERS = {
    "X-Request-ID": "The id of this request: the caller's own if it was good, else a new one.",
    "Retry-After": "Seconds to wait before trying again.",
    "X-Operation": "Where something in the book was changed: the id of the operation, by which it can be undone.",
    "Idempotency-Replayed": "`true` where this is the answer to an earlier request with the same Idempotency-Key.",
}
X_BOOK = OpenApiParameter(
    "X-Book", int, OpenApiParameter.HEADER, description="Id of the book; without it your default book."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of yours up to 255 characters. Repeating the request with it creates nothing twice.",
)


class AutoSchema(Spectacular):
    """Adds the errors and headers that follow from what a view is."""

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if issubclass(type(self.view), BookView):
            found.append(X_BOOK)
        if self._is_repeatable():
            found.append(IDEMPOTENCY_KEY)
        return found

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ErrorSerializer, direction)
        for status in self._error_statuses():
            bodies.setdefault(
                str(status),
                {"content": {"application/json": {"schema": component.ref}}, "description": ERRORS[status]},
            )
        return {status: {**bodies[status], "headers": self._headers(int(status))} for status in sorted(bodies)}

    def _headers(self, status: int) -> dict[str, Any]:
        """The headers of an answer, by name."""
        names = ["X-Request-ID"]
        if status in {429, 503}:
            names.append("Retry-After")
        if status < 400 and self._is_repeatable():
            names.append("Idempotency-Replayed")
        if status < 400 and self.method not in SAFE and isinstance(self.view, BookView):
            names.append("X-Operation")
        return {name: {"schema": {"type": _type_of(name)}, "description": HEADERS[name]} for name in names}

    def _is_repeatable(self) -> bool:
        return self.method == "POST" and isinstance(self.view, RepeatableView)

    def _error_statuses(self) -> list[int]:
        statuses = {400, 429}
        public = all(isinstance(p, AllowAny) for p in self.view.get_permissions())
        if not public:
            statuses |= {401, 403}
        if isinstance(self.view, BookView) or "{" in self.path:
            statuses.add(404)
        if self.method not in SAFE:
            statuses |= {403, 404, 409, 413, 503}
            if self.method != "DELETE":
                statuses.add(415)
        if self._is_repeatable():
            statuses.add(422)
        return sorted(statuses)


def _type_of(header: str) -> str:
    return "integer" if header == "Retry-After" else "string"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of the library
    target_class = "accounts.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of the library
    target_class = "accounts.authentication.TokenCookie"
    name = "token_cookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": ACCESS_COOKIE,
            "description": "Writes need an X-CSRFToken header.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of the library
    target_class = "accounts.authentication.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
