"""How allauth creates people and writes to them."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts import attempts, first_books, google, known_devices, origin, rehearsal, sealed
from accounts.models import User
from accounts.plain import tidied

CODE_SECONDS = 300  # the window of `login_failed` in settings.ACCOUNT_RATE_LIMITS


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Mail in text and HTML; nothing an outsider can tell known addresses from unknown ones by."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {"site_name": settings.SITE_NAME, **context})

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        message = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives) and not message.alternatives:
            html = render_to_string("accounts/mail.html", {"text": message.body, "subject": message.subject})
            message.attach_alternative(html, "text/html")
        return message  # type: ignore[no-any-return]  # allauth is untyped

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try on the account and on the address, whatever comes of it; raise attempts.TooManyAttempts.

        Stands in for allauth's own count, which a sign-in with a second factor from the same address clears. A device
        known to the account counts for itself.
        """
        account = known_devices.counted_as(request, credentials.get("email", ""))
        attempts.count("login", account, f"address:{origin.network_of(request)}")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # allauth's signature
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_devices.remember(request, response, user.email)
        return response

    def validation_error(self, code: str, *args: Any) -> Any:  # allauth's signature
        """Too many wrong codes of a second factor are answered like too many wrong passwords."""
        if code in {"too_many_login_attempts", "rate_limited"}:
            raise attempts.TooManyAttempts(wait=CODE_SECONDS)
        return super().validation_error(code, *args)

    def send_account_already_exists_mail(self, email: str) -> None:
        rehearsal.sign_up(context.request)
        super().send_account_already_exists_mail(email)

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """As allauth's, but without starting a session where nothing was stashed."""
        stashed: str | None = request.session.pop("account_verified_email", None)
        return stashed

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:  # allauth's signature
        """The API has no page to show messages on, and must not start a session for them."""
        if not request.path.startswith("/api/"):
            super().add_message(request, *args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Google with a nonce; names from outside are tidied."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        try:
            found = super().get_provider(request, provider, client_id=client_id)
        except ObjectDoesNotExist as error:  # Google is not set up here
            raise Http404 from error
        return google.BoundGoogle(request, app=found.app) if isinstance(found, GoogleProvider) else found

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.account.provider != google.PROVIDER:
            return
        try:
            google.check_nonce(sociallogin.state, sociallogin.account.extra_data)
        except OAuth2Error as error:
            provider = self.get_provider(request, google.PROVIDER)
            raise ImmediateHttpResponse(render_authentication_error(request, provider, exception=error)) from error

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """The newcomer; with their first books where no form is left to ask for anything, which opens them itself."""
        user: User = super().save_user(request, sociallogin, form=form)
        if form is None:
            first_books.open_for(request, user)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        claims = sociallogin.account.extra_data
        name = claims.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = tidied(str(name), length=100)
        return user


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """TOTP secrets and recovery seeds lie encrypted."""

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
