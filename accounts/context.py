"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from accounts import google, outbox


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, which optional parts are on, and the user's books."""
    return {
        "site_name": settings.SITE_NAME,
        "sandbox_bank": settings.PLAID_IS_SANDBOX_BANK,
        "google_sign_in": google.is_on(),
        "mail_is_local": outbox.is_readable(request),
        "memberships": getattr(request, "memberships", []),
    }
