"""Signed tokens for API clients: a short access token and a refresh token that works once.

Both are simplejwt's, signed with the first of `settings.JWT_SIGNING_KEYS` and verified with any of them, so that keys
can be rotated. What they mean is decided by the `SignIn` row that their `sid` names.
"""

import hashlib
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

__all__ = ["AccessToken", "RefreshToken", "TokenError"]

AUDIENCE = "pocketpilot-api"
SHORTEST_KEY = 32
SKEW = 5  # seconds by which the clocks of two of our machines may differ


class KeyRing(TokenBackend):
    """HS256 under several keys: the first signs, the header's `kid` says which one verifies."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__("HS256", signing_key=keys[0], audience=AUDIENCE, issuer=AUDIENCE, leeway=SKEW)
        self.keys = {_key_id(key): key for key in keys}
        self.key_id = _key_id(keys[0])

    def encode(self, payload: dict[str, Any]) -> str:
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, self.keys[self.key_id], algorithm="HS256", headers={"kid": self.key_id})

    def get_verifying_key(self, token: Any) -> str:
        """Raise jwt.InvalidTokenError for a key that is not, or no longer, ours."""
        key_id = jwt.get_unverified_header(token).get("kid")
        if key_id not in self.keys:
            raise jwt.InvalidTokenError("unknown key")
        return self.keys[key_id]


def _key_id(key: str) -> str:
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:8]


@lru_cache
def _ring(keys: tuple[str, ...]) -> KeyRing:
    if not keys or any(len(key.encode()) < SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured("JWT_SIGNING_KEYS must be a list of random keys of at least 32 bytes.")
    return KeyRing(keys)


def ring() -> KeyRing:
    """The keys of the settings; raise ImproperlyConfigured when there is none or one is short."""
    return _ring(tuple(settings.JWT_SIGNING_KEYS))


class _OurToken(Token):
    """Claims: sub (user), sid (sign-in), jti, token_type, iat, exp, aud, iss."""

    def get_token_backend(self) -> TokenBackend:
        return ring()

    def verify(self) -> None:
        super().verify()
        for claim in ("sub", "sid"):
            if not isinstance(self.payload.get(claim), str):
                raise TokenError(f"Token has no {claim}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class AccessToken(_OurToken):
    """Opens the API for a few minutes, as long as its sign-in is good."""

    token_type = "access"  # noqa: S105  the name of a kind of token
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(_OurToken):
    """Exchanged once for a new pair; lives as long as its sign-in."""

    token_type = "refresh"  # noqa: S105  the name of a kind of token
    lifetime = settings.REFRESH_TOKEN_LIFETIME
