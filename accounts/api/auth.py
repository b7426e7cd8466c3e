"""Signing up, in and out through the API."""

import hashlib
from contextlib import suppress
from typing import Any

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout as end_session
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, known_devices, origin, queries
from accounts.actions import Pair
from accounts.api import refusals
from accounts.api.views import REFUSED, OpenView, PersonView, checked
from accounts.authentication import (
    REFRESH_COOKIE,
    BearerToken,
    BrowserSession,
    InvalidToken,
    TokenCookie,
    clear_cookies,
    set_cookies,
)
from accounts.models import SignIn, User
from accounts.rest import RepeatableView
from accounts.serializers import (
    LoginRequest,
    Message,
    RefreshRequest,
    SessionShape,
    SignUpRequest,
    TokenPair,
    UserShape,
)
from accounts.sign_up_forms import SignUpForm

FORM_NAMES = {"password1": "password"}


class SignUp(RepeatableView, OpenView):
    """POST: create an account. The answer is the same whether the address is known or not; a mail says which."""

    network = True

    def caller(self, request: Request) -> str:
        email = str(checked(SignUpRequest, request).validated_data["email"])
        return f"sign-up:{hashlib.sha256(email.lower().encode()).hexdigest()}"

    @extend_schema(operation_id="auth_signup", request=SignUpRequest, responses={202: Message})
    def post(self, request: Request) -> Response:
        given = dict(checked(SignUpRequest, request).validated_data)
        form = SignUpForm({**given, "password1": given["password"]})
        if not form.is_valid():
            raise refusals.from_form(form, FORM_NAMES)
        if not ratelimit.consume(request._request, action="signup"):
            raise Throttled(wait=60)
        _sign_up(request._request, form)
        return Response({"message": _("We have sent you a mail with a link. Open it to go on.")}, status=202)


def _sign_up(request: HttpRequest, form: SignUpForm) -> None:
    """As allauth's page does, but without starting a browser session, and the person only with their books."""
    if form.account_already_exists:
        address = EmailAddress(email=form.cleaned_data["email"])
    else:
        with transaction.atomic():
            user = form.save(request)
            signals.user_signed_up.send(sender=User, request=request, user=user)
            address = EmailAddress.objects.get_for_user(user, user.email)
    send_verification_email_to_address(request, address, signup=True)


class Login(OpenView):
    """POST: exchange e-mail address, password and, where set up, a second factor for tokens."""

    @extend_schema(operation_id="auth_login", request=LoginRequest, responses={200: TokenPair, 401: REFUSED})
    def post(self, request: Request) -> Response:
        given = checked(LoginRequest, request).validated_data
        user = _authenticated(request._request, given["email"], given["password"])
        _check_email(request._request, user)
        _check_second_factor(user, given.get("code", ""))
        pair = actions.sign_in(user=user, origin=origin.of(request._request), now=timezone.now())
        response = _answer(request, pair, in_cookies=given["cookie"])
        known_devices.remember(request._request, response, user.email)
        return response


def _authenticated(request: HttpRequest, email: str, password: str) -> User:
    """allauth checks the password and takes the same time for unknown addresses; the adapter counts the tries."""
    user = get_adapter(request).authenticate(request, email=email.lower(), password=password)
    if not isinstance(user, User) or not user.is_active:
        raise refusals.WrongCredentials
    return user


def _check_email(request: HttpRequest, user: User) -> None:
    if queries.has_verified_email(user=user):
        return
    address, _is_new = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    sent = send_verification_email_to_address(request, address)
    raise refusals.UnverifiedEmail(None if sent else refusals.LOOK_AT_THE_LAST_MAIL)


def _check_second_factor(user: User, code: str) -> None:
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
        return
    if not code:
        raise refusals.CodeNeeded
    form = AuthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        raise refusals.WrongCode
    form.authenticator.record_usage()


class Refresh(OpenView):
    """POST: exchange a refresh token, from the body or the cookie, for a new pair. It is good once.

    Only what is refused counts, so that neighbours behind one address cannot lock out who has a good token.
    """

    throttle_classes: list[Any] = []

    @extend_schema(operation_id="auth_refresh", request=RefreshRequest, responses={200: TokenPair, 401: REFUSED})
    def post(self, request: Request) -> Response:
        given = checked(RefreshRequest, request).validated_data.get("refresh", "")
        if in_cookie := not given:
            TokenCookie().enforce_csrf(request)
        token = given or request.COOKIES.get(REFRESH_COOKIE, "")
        try:
            pair = actions.refresh(token=token, origin=origin.of(request._request), now=timezone.now())
        except actions.RefusedToken as error:
            raise refusals.RefreshRefused from error
        return _answer(request, pair, in_cookies=in_cookie)


def _answer(request: Request, pair: Pair, *, in_cookies: bool) -> Response:
    body: dict[str, Any] = {"token_type": "Bearer", "expires_in": pair.expires_in}
    if not in_cookies:
        return Response({**body, "access": pair.access, "refresh": pair.refresh})
    response = Response({**body, "csrf_token": get_token(request._request)})
    set_cookies(response, pair)
    return response


class Logout(PersonView):
    """POST: end this sign-in. Its tokens stop working at once, its cookies are cleared.

    The access token says which, or after its few minutes the refresh token: in the body, or in the cookie with the CSRF
    header. A refresh token that is no longer good is as good as signed out.
    """

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="auth_logout",
        request=RefreshRequest,
        responses={204: OpenApiResponse(description="Done."), 401: REFUSED},
    )
    def post(self, request: Request) -> Response:
        given = checked(RefreshRequest, request).validated_data.get("refresh", "")
        token = given or self._in_cookie(request)
        if not (request.user.is_authenticated or token):
            raise NotAuthenticated
        now, where = timezone.now(), origin.of(request._request)
        if isinstance(request.auth, SignIn):
            actions.sign_out(sign_in=request.auth, origin=where, now=now)
        if isinstance(request.successful_authenticator, BrowserSession):
            end_session(request._request)
        if token:
            with suppress(actions.RefusedToken):
                actions.sign_out_with(token=token, origin=where, now=now)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        clear_cookies(response)
        return response

    def perform_authentication(self, request: Request) -> None:
        """An access token that has ended is no reason against: the refresh token may be beside it."""
        try:
            super().perform_authentication(request)
        except InvalidToken:
            if not checked(RefreshRequest, request).validated_data.get("refresh"):
                raise

    def _in_cookie(self, request: Request) -> str:
        """The refresh token of a browser, once it is sure that no other site makes it send the cookie."""
        token = request.COOKIES.get(REFRESH_COOKIE, "")
        if not token or isinstance(request.successful_authenticator, BearerToken):
            return ""
        TokenCookie().enforce_csrf(request)
        return str(token)


class Me(PersonView):
    """GET: the signed-in user."""

    @extend_schema(operation_id="auth_me", responses=UserShape)
    def get(self, request: Request) -> Response:
        return Response(_user_shape(self.user))


def _user_shape(user: User) -> dict[str, Any]:
    found = User.objects.get(pk=user.pk)
    found.email_verified = queries.has_verified_email(user=found)  # type: ignore[attr-defined]  # only to be shown
    found.second_factor = is_mfa_enabled(found)  # type: ignore[attr-defined]  # only to be shown
    return dict(UserShape(found).data)


class Session(APIView):
    """GET: whether and how the caller is signed in, and the CSRF token that cookies need. For anybody."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="auth_session", responses=SessionShape)
    def get(self, request: Request) -> Response:
        user = request.user if request.user.is_authenticated else None
        body = {
            "authenticated": user is not None,
            "method": _method(request),
            "expires_at": request.auth.expires_at if isinstance(request.auth, SignIn) else None,
            "csrf_token": get_token(request._request),
            "user": _user_shape(user) if user else None,
        }
        return Response(body)


def _method(request: Request) -> str:
    if not request.user.is_authenticated:
        return "none"
    if isinstance(request.successful_authenticator, TokenCookie):
        return "cookie"
    return "session" if isinstance(request.successful_authenticator, BrowserSession) else "bearer"
