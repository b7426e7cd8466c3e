"""Mail that this app sends itself."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Invitation


def send_invitation(*, request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Send the link. Talks to the mail server, so never inside a transaction."""
    link = settings.SITE_URL + reverse("invitation", args=[token])
    context = {"invitation": invitation, "link": link}
    get_adapter(request).send_mail("accounts/mail/invitation", invitation.email, context)
