"""Forms that create something: what is sent twice, by a double click or by going back, is carried out once."""

import secrets
from collections.abc import Callable
from typing import TypeVar, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.idempotency import KEPT, digest_of_files
from accounts.models import IdempotencyKey, User

FIELD = "once"
T = TypeVar("T", str, int)


def new_token() -> str:
    """For the field `FIELD` of one form that is shown."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def once(request: HttpRequest, write: Callable[[], T]) -> T:
    """What `write` answers; for a form that was sent before as it is, what was answered then, and nothing is written.

    Whoever goes back and changes the form sends another one. What `write` raises frees the form to be sent again.
    """
    if not request.POST.get(FIELD):
        return write()
    user, now = cast(User, request.user), timezone.now()
    kept = IdempotencyKey.objects.filter(caller=f"page:{user.pk}")
    kept.filter(created_at__lt=now - KEPT).delete()
    key = _digest(request)
    try:
        with transaction.atomic():
            row = kept.create(caller=f"page:{user.pk}", user=user, key=key, fingerprint=key, created_at=now)
    except IntegrityError:
        return cast(T, kept.get(key=key).answer)
    row.answer = write()
    row.save(update_fields=["answer"])
    return row.answer


def _digest(request: HttpRequest) -> str:
    sent = f"{request.path}\n{request.POST.urlencode()}\n{digest_of_files(request.FILES)}"
    return salted_hmac("accounts.once", sent, algorithm="sha256").hexdigest()
