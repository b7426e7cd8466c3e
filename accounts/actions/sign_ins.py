"""API clients signing in, staying signed in and signing out."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.models import AuditKind, SignIn, User
from accounts.origin import Origin
from accounts.tokens import AccessToken, RefreshToken, TokenError


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client gets: both tokens and, in seconds, how long the access token opens the API."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    sign_in: SignIn


class RefusedToken(Exception):
    """The refresh token is not good: not ours, expired, ended or used before."""


@transaction.atomic
def sign_in(*, user: User, origin: Origin, now: datetime) -> Pair:
    """A new family of tokens. The caller has checked password, e-mail address and second factor."""
    row = SignIn.objects.create(
        user=user,
        sid=secrets.token_urlsafe(24),
        jti=secrets.token_urlsafe(24),
        password_mark=user.get_session_auth_hash(),
        created_at=now,
        used_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
        user_agent=origin.user_agent,
        address=origin.address,
    )
    audit.record(kind=AuditKind.TOKEN_ISSUED, subject=user, by=user, origin=origin, now=now)
    return _pair(row, now)


def refresh(*, token: str, origin: Origin, now: datetime) -> Pair:
    """Exchange a refresh token for a new pair, once. One that was used before ends its family. Raise RefusedToken."""
    claims = _claims(token)
    pair = _rotated(sid=claims["sid"], jti=claims["jti"], origin=origin, now=now)
    if pair is None:  # raised out here so that the end of the family is committed
        raise RefusedToken
    return pair


def _claims(token: str) -> dict[str, Any]:
    try:
        return RefreshToken(token).payload  # type: ignore[arg-type]  # simplejwt types the text it takes as a Token
    except TokenError as error:
        raise RefusedToken from error


@transaction.atomic
def _rotated(*, sid: str, jti: str, origin: Origin, now: datetime) -> Pair | None:
    row = SignIn.objects.select_for_update(of=("self",)).select_related("user").filter(sid=sid).first()
    if row is None or not row.is_good(now):
        return None
    if not secrets.compare_digest(row.jti, jti):
        revoke(sign_in=row, now=now)
        audit.record(kind=AuditKind.TOKEN_REUSED, subject=row.user, origin=origin, now=now)
        return None
    row.jti, row.used_at = secrets.token_urlsafe(24), now
    row.user_agent, row.address = origin.user_agent, origin.address
    row.save(update_fields=["jti", "used_at", "user_agent", "address"])
    return _pair(row, now)


def revoke(*, sign_in: SignIn, now: datetime) -> None:
    """End one family: its access tokens stop at their next request."""
    sign_in.revoked_at = now
    sign_in.save(update_fields=["revoked_at"])


@transaction.atomic
def sign_out(*, sign_in: SignIn, origin: Origin, now: datetime) -> None:
    """End one family because its client, or its owner from elsewhere, said so."""
    revoke(sign_in=sign_in, now=now)
    audit.record(kind=AuditKind.SIGN_OUT, subject=sign_in.user, by=sign_in.user, origin=origin, now=now)


def sign_out_with(*, token: str, origin: Origin, now: datetime) -> None:
    """End the family of a refresh token, also of one that was exchanged before. Raise RefusedToken."""
    found = SignIn.objects.filter(sid=_claims(token)["sid"], revoked_at=None).select_related("user").first()
    if found is None:
        raise RefusedToken
    sign_out(sign_in=found, origin=origin, now=now)


def end_all(*, user: User, now: datetime) -> int:
    """End every API sign-in of the user; how many there were."""
    return SignIn.objects.filter(user=user, revoked_at=None).update(revoked_at=now)


def _pair(row: SignIn, now: datetime) -> Pair:
    access, renewal = AccessToken(), RefreshToken()
    for token in (access, renewal):
        token["sub"], token["sid"] = str(row.user_id), row.sid
        token.set_iat(at_time=now)
    access.set_exp(from_time=now)
    renewal["jti"], renewal["exp"] = row.jti, int(row.expires_at.timestamp())
    lifetime = min(settings.ACCESS_TOKEN_LIFETIME, row.expires_at - now)
    access["exp"] = int((now + lifetime).timestamp())
    return Pair(str(access), str(renewal), int(lifetime.total_seconds()), row)
