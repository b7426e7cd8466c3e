"""Google sign-in with a nonce beside allauth's state and PKCE, all three bound to the browser's session."""

import secrets
from typing import Any

from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

PROVIDER = "google"


def is_on() -> bool:
    """Whether Google sign-in is configured."""
    return bool(settings.GOOGLE_CLIENT_ID)


class BoundGoogle(GoogleProvider):  # type: ignore[misc]  # allauth is untyped
    """Sends a nonce that the identity token must repeat; the state keeps it. The identity is `sub` and nothing else."""

    def extract_uid(self, data: dict[str, Any]) -> str:
        if not data.get("sub"):
            raise OAuth2Error("The identity token names nobody.")
        return str(data["sub"])

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: object = None,
        **kwargs: Any,  # allauth's signature
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        asked = kwargs.pop("auth_params", None)
        auth_params = {**(self.get_auth_params() if asked is None else asked), "nonce": nonce}
        return super().redirect(  # type: ignore[no-any-return]  # allauth is untyped
            request, process, next_url=next_url, data=data, nonce=nonce, auth_params=auth_params, **kwargs
        )


def check_nonce(state: dict[str, Any], claims: dict[str, Any]) -> None:
    """Raise OAuth2Error unless the identity token answers this very request."""
    if not secrets.compare_digest(str(claims.get("nonce", "")), str(state.get("nonce") or secrets.token_hex())):
        raise OAuth2Error("The identity token was made for another request.")


class ApiGoogleAdapter(GoogleOAuth2Adapter):  # type: ignore[misc]  # allauth is untyped
    """The same, returning to the API's callback instead of the page's."""

    def get_callback_url(self, request: HttpRequest, app: object) -> str:
        return str(build_absolute_uri(request, reverse("api_google_callback")))


class ApiGoogle(BoundGoogle):
    """Google sign-in begun through the API."""

    oauth2_adapter_class = ApiGoogleAdapter
