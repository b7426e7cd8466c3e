"""E-mail verification and passwords through the API."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm, UserTokenForm
from allauth.account.internal.flows.email_verification import verify_email
from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.account.models import EmailConfirmationHMAC
from allauth.core import ratelimit
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import attempts
from accounts.api import refusals
from accounts.api.views import OpenView, PersonView, checked
from accounts.serializers import (
    ChangePasswordRequest,
    EmailRequest,
    Message,
    ResetPasswordRequest,
    VerifyEmailRequest,
)


class VerifyEmail(OpenView):
    """GET or POST with the token of the mail: confirm an e-mail address, once.

    A browser that follows such a link is sent to the page with the button, so that a mail scanner or a prefetch uses
    nothing up.
    """

    @extend_schema(
        operation_id="auth_verify_email_get",
        parameters=[OpenApiParameter("token", str, required=True)],
        responses={200: Message, 302: None},
    )
    def get(self, request: Request) -> HttpResponseBase:
        token = request.query_params.get("token", "")
        if "text/html" in request.headers.get("Accept", ""):
            return redirect("account_confirm_email", _shaped(token))
        return self._confirm(request, token)

    @extend_schema(operation_id="auth_verify_email", request=VerifyEmailRequest, responses=Message)
    def post(self, request: Request) -> Response:
        return self._confirm(request, checked(VerifyEmailRequest, request).validated_data["token"])

    def _confirm(self, request: Request, token: str) -> Response:
        confirmation = EmailConfirmationHMAC.from_key(token)
        if confirmation is None or not verify_email(request._request, confirmation.email_address):
            raise refusals.BadLink
        return Response({"message": _("Your e-mail address is confirmed.")})


def _shaped(token: str) -> str:
    """The token if it can stand in an address, else one that is never good."""
    return token if token and all(c.isascii() and (c.isalnum() or c in "-_:") for c in token) else "none"


class ForgotPassword(OpenView):
    """POST: have a link sent for choosing a new password. Always 202, whether the address is known or not."""

    @extend_schema(operation_id="auth_forgot_password", request=EmailRequest, responses={202: Message})
    def post(self, request: Request) -> Response:
        email = checked(EmailRequest, request).validated_data["email"].lower()
        form = ResetPasswordForm({"email": email})
        if not ratelimit.consume(request._request, action="reset_password", key=email):
            raise Throttled(wait=60)
        if form.is_valid():
            form.save(request._request)
        return Response({"message": _("If we know this address, a mail is on its way.")}, status=202)


class ResetPassword(OpenView):
    """POST: choose a new password with the token of the mail, once. Ends every session and every token."""

    @extend_schema(operation_id="auth_reset_password", request=ResetPasswordRequest, responses=Message)
    def post(self, request: Request) -> Response:
        given: dict[str, Any] = checked(ResetPasswordRequest, request).validated_data
        uid, _dash, key = given["token"].partition("-")
        proof = UserTokenForm({"uidb36": uid, "key": key})
        if not proof.is_valid() or not proof.reset_user.is_active:
            raise refusals.BadLink
        form = ResetPasswordKeyForm(
            {"password1": given["password"], "password2": given["password"]}, user=proof.reset_user, temp_key=key
        )
        if not form.is_valid():
            raise refusals.from_form(form, {"password1": "password", "password2": "password"})
        form.save()
        finalize_password_reset(request._request, proof.reset_user)
        return Response({"message": _("Your password is changed. Sign in with it.")})


class Password(PersonView):
    """POST: change the password. Ends every other session and every token, also the caller's."""

    throttle_scope = "auth"

    @extend_schema(
        operation_id="auth_change_password",
        request=ChangePasswordRequest,
        responses={204: OpenApiResponse(description="Changed.")},
    )
    def post(self, request: Request) -> Response:
        given = checked(ChangePasswordRequest, request).validated_data
        attempts.count("password", str(self.user.pk))
        new = given["new_password"]
        form = ChangePasswordForm(
            data={"oldpassword": given["current_password"], "password1": new, "password2": new}, user=self.user
        )
        if not form.is_valid():
            raise refusals.from_form(
                form, {"oldpassword": "current_password", "password1": "new_password", "password2": "new_password"}
            )
        form.save()
        finalize_password_change(request._request, self.user)
        return Response(status=204)
