"""Who is calling the API: a bearer token, the same token in a cookie, or the browser's session."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import queries
from accounts.actions import Pair
from accounts.models import SignIn, User
from accounts.tokens import AccessToken, TokenError

ACCESS_COOKIE = "__Host-sessionToken" if settings.SECURE else "sessionToken"
REFRESH_COOKIE = "__Host-refreshToken" if settings.SECURE else "refreshToken"


class InvalidToken(AuthenticationFailed):
    default_code = "token_invalid"
    default_detail = _("This access token is not valid, or no longer. Refresh it or sign in.")


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <access token>`. `request.auth` is the SignIn."""

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        return _user_of(token) if scheme.lower() == "bearer" else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class CheckedSession(SessionAuthentication):
    """What a cookie may do with the CSRF header."""

    def enforce_csrf(self, request: Request) -> None:
        """Looking for a form's field reads the body, which an `Idempotency-Key` is compared by: keep it first."""
        if "Idempotency-Key" in request.headers and not str(request.content_type).startswith("multipart/"):
            _ = request._request.body
        super().enforce_csrf(request)


class TokenCookie(CheckedSession):
    """The access token in an HttpOnly cookie; a request that changes something also needs the CSRF header.

    A cookie that is no longer good is passed over, so that signing in again works.
    """

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        token = request.COOKIES.get(ACCESS_COOKIE)
        if not token:
            return None
        try:
            found = _user_of(token)
        except InvalidToken:
            return None
        self.enforce_csrf(request)
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BrowserSession(CheckedSession):
    """The session of the pages; a request that changes something also needs the CSRF header."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = request._request.user
        if not user.is_authenticated or not user.is_active:
            return None
        self.enforce_csrf(request)
        return user, None


def _user_of(token: str) -> tuple[User, SignIn]:
    try:
        claims = AccessToken(token).payload  # type: ignore[arg-type]  # simplejwt types the text it takes as a Token
    except (TokenError, ValueError) as error:
        raise InvalidToken from error
    sign_in = queries.sign_in(sid=claims["sid"])
    if sign_in is None or str(sign_in.user_id) != claims["sub"] or not sign_in.is_good(timezone.now()):
        raise InvalidToken
    return sign_in.user, sign_in


def set_cookies(response: HttpResponseBase, pair: Pair) -> None:
    """Both tokens as cookies that scripts cannot read."""
    ends = pair.sign_in.expires_at
    options: dict[str, Any] = {"httponly": True, "secure": settings.SECURE, "samesite": "Lax", "path": "/"}
    response.set_cookie(ACCESS_COOKIE, pair.access, max_age=pair.expires_in, **options)
    response.set_cookie(REFRESH_COOKIE, pair.refresh, expires=ends, **options)


def clear_cookies(response: HttpResponseBase) -> None:
    """Forget both tokens."""
    for name in (ACCESS_COOKIE, REFRESH_COOKIE):
        response.delete_cookie(name, path="/", samesite="Lax")
        response.cookies[name]["secure"] = settings.SECURE
        response.cookies[name]["httponly"] = True
