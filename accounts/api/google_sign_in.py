"""Signing in with Google through the API."""

from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, google, origin
from accounts.api import refusals
from accounts.api.views import REFUSED, OpenView, checked
from accounts.authentication import set_cookies
from accounts.models import User
from accounts.serializers import GoogleBegin, GoogleBeginRequest

RETURN = "/auth/callback"


class Begin(OpenView):
    """POST: where to send the browser. State, nonce and PKCE verifier stay in the session cookie that this sets."""

    @extend_schema(
        operation_id="auth_google_begin", request=GoogleBeginRequest, responses={200: GoogleBegin, 404: REFUSED}
    )
    def post(self, request: Request) -> Response:
        asked = checked(GoogleBeginRequest, request).validated_data.get("redirectUri", settings.FRONTEND_URL + RETURN)
        if not google.is_on():
            raise refusals.SwitchedOff
        if not is_ours(asked):
            raise ValidationError({"redirectUri": [_("This address is not on the list of allowed ones.")]})
        app = get_adapter().get_provider(request._request, google.PROVIDER).app
        provider = google.ApiGoogle(request._request, app=app)
        onward = f"{asked}{'&' if '?' in asked else '?'}status=success"
        answer = provider.redirect(request._request, AuthProcess.LOGIN, next_url=onward)
        return Response({"authorizationUrl": answer.headers["Location"]})


def is_ours(address: str) -> bool:
    """Whether an address to return to is on this site or its front end: same scheme, host and port."""
    parts = urlsplit(address)
    allowed = {urlsplit(url)[:2] for url in (settings.SITE_URL, settings.FRONTEND_URL)}
    return (parts.scheme, parts.netloc) in allowed and "\\" not in address


# allauth checks the state, exchanges the code with the PKCE verifier and checks the identity token
_come_back = OAuth2CallbackView.adapter_view(google.ApiGoogleAdapter)


@require_GET
def callback(request: HttpRequest) -> HttpResponseBase:
    """GET, by the browser coming back from Google: session and token cookies are set, and on to the application.

    Somebody with a second factor goes through its page first.
    """
    response: HttpResponseBase = _come_back(request)
    if "error" in request.GET or not response.headers.get("Location"):
        return redirect(f"{settings.FRONTEND_URL}{RETURN}?status=error")
    if request.user.is_authenticated:
        user = User.objects.get(pk=request.user.pk)
        set_cookies(response, actions.sign_in(user=user, origin=origin.of(request), now=timezone.now()))
    return response
