"""The link in an e-mail that turns off what it was about, without signing in."""

from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications.kinds import KINDS

SALT = "notifications.unsubscribe"
LASTS = 366 * 86400


def address_for(*, user_id: int, kinds: Iterable[str]) -> str:
    """The whole URL; GET shows a button, POST does it."""
    token = signing.dumps([user_id, sorted(set(kinds))], salt=SALT)
    return f"{settings.SITE_URL}{reverse('unsubscribe', args=[token])}"


def meant(token: str) -> tuple[int, list[str]]:
    """The person and the kinds; raise signing.BadSignature."""
    user_id, kinds = signing.loads(token, salt=SALT, max_age=LASTS)
    return user_id, [kind for kind in kinds if kind in KINDS]
