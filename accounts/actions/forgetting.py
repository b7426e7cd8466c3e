"""What is kept for a time only, and then deleted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import idempotency
from accounts.books import everywhere
from accounts.models import IdempotencyKey, Invitation, SignIn
from accounts.owned import owned_models

BATCH = 1_000
ENDED_SHOWN = timedelta(days=30)
SETTLED = timedelta(days=1)  # a browser's session is listed before it is stored


def forget_expired(*, now: datetime) -> dict[str, int]:
    """Delete what has lived its time, in small transactions; how many rows of each model.

    Of a book's rows those whose model names `keep_for`, counted from their `created_at`.
    """
    return {rows.model._meta.label: _delete(rows) for rows in _expired(now)}


def _expired(now: datetime) -> Iterator[QuerySet[Any]]:
    for model in owned_models():
        if model.keep_for is not None:
            yield model._default_manager.filter(Q(("created_at__lt", now - model.keep_for)))
    yield IdempotencyKey.objects.filter(created_at__lt=now - idempotency.KEPT)
    yield Invitation.objects.filter(expires_at__lt=now)
    yield SignIn.objects.filter(Q(expires_at__lt=now - ENDED_SHOWN) | Q(revoked_at__lt=now - ENDED_SHOWN))
    yield Session.objects.filter(expire_date__lt=now)
    yield UserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("session_key"))), last_seen_at__lt=now - SETTLED
    )


def _delete(rows: QuerySet[Any]) -> int:
    """Only what still is to go when its batch is deleted: an invitation may have been sent again meanwhile."""
    deleted = 0
    while True:
        with everywhere("what expires is forgotten in all books"):
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            deleted += rows.filter(pk__in=keys).delete()[0]
        if len(keys) < BATCH:
            return deleted
