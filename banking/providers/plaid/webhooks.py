"""Believing a webhook only when Plaid signed exactly these bytes a moment ago."""

import hashlib
import hmac
import json
import re
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest

from banking.providers.base import BankError, Forged, Notice
from banking.providers.plaid.client import GONE, MESSAGES, REAUTH
from banking.providers.plaid.feed import PlaidFeed

OLDEST = 300
SKEW = 60
KEY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
UNKNOWN_FOR = 60.0
KEYS_AT_MOST = 50
QUESTIONS_A_MINUTE = 20
TOPICS: dict[tuple[str, str], Any] = {
    ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE"): "sync",
    ("ITEM", "LOGIN_REPAIRED"): "repaired",
    ("ITEM", "PENDING_DISCONNECT"): "expiring",
    ("ITEM", "PENDING_EXPIRATION"): "expiring",
    ("ITEM", "USER_PERMISSION_REVOKED"): "revoked",
    ("ITEM", "USER_ACCOUNT_REVOKED"): "revoked",
    ("ITEM", "NEW_ACCOUNTS_AVAILABLE"): "new_accounts",
    ("LINK", "SESSION_FINISHED"): "linked",
}


class PlaidWebhooks:
    """Keys are cached by id; one that Plaid does not know is not asked for again for a minute."""

    def __init__(self, feed: PlaidFeed) -> None:
        self.feed = feed
        self.keys: dict[str, dict[str, Any]] = {}
        self.unknown: dict[str, float] = {}
        self.asked: deque[float] = deque(maxlen=QUESTIONS_A_MINUTE)

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Raise Forged, or BankError when the key cannot be asked for now."""
        token = headers.get("Plaid-Verification") or ""
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") != "ES256":
                raise Forged("The signature's algorithm is not ES256.")
            claims = jwt.decode(
                token,
                jwt.PyJWK(self._key(str(head.get("kid") or ""))),
                algorithms=["ES256"],
                leeway=SKEW,
                options={"verify_iat": False},
            )
            age = now.timestamp() - float(claims["iat"])
            expected = str(claims["request_body_sha256"])
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise Forged("The signature does not hold.") from error
        if not -SKEW <= age <= OLDEST:
            raise Forged("The webhook is too old.")
        if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), expected):
            raise Forged("The signature is for another body.")
        return _notice(body)

    def _key(self, key_id: str) -> dict[str, Any]:
        if not KEY_ID.fullmatch(key_id) or self.unknown.get(key_id, 0) > time.monotonic():
            raise Forged("The signing key is not known.")
        if key_id not in self.keys:
            self._fetch(key_id)
        if self.keys[key_id].get("expired_at") is not None:
            raise Forged("The signing key has expired.")
        return self.keys[key_id]

    def _fetch(self, key_id: str) -> None:
        """Learn the new key, and look again at the ones we hold: a new key often means that an old one ended."""
        self._ask_sparingly()
        client, api = self.feed.client, self.feed.api
        for wanted in [key_id, *self.keys]:
            request = WebhookVerificationKeyGetRequest(key_id=wanted)
            try:
                self.keys[wanted] = client.call(api.webhook_verification_key_get, request)["key"]
            except BankError as error:
                if wanted == key_id and error.kind == "retry":
                    raise
                if wanted == key_id:
                    self._remember_unknown(key_id)
                    raise Forged("The signing key is not known.") from error

    def _ask_sparingly(self) -> None:
        """Whoever invents key ids must not make us spend calls on them; raise BankError when there were too many."""
        now = time.monotonic()
        if len(self.asked) == QUESTIONS_A_MINUTE and now - self.asked[0] < 60:
            raise BankError("retry", MESSAGES["retry"], code="TOO_MANY_UNKNOWN_KEYS")
        self.asked.append(now)

    def _remember_unknown(self, key_id: str) -> None:
        if len(self.unknown) >= KEYS_AT_MOST:
            self.unknown.clear()
        self.unknown[key_id] = time.monotonic() + UNKNOWN_FOR


def _notice(body: bytes) -> Notice:
    try:
        told = json.loads(body)
        kind, code = str(told["webhook_type"]), str(told["webhook_code"])
    except (ValueError, KeyError, TypeError) as error:
        raise Forged("The webhook cannot be read.") from error
    topic = TOPICS.get((kind, code), "other")
    problem = _problem(told) if (kind, code) == ("ITEM", "ERROR") else ""
    if problem in REAUTH:
        topic = "reauth"
    elif problem in GONE:
        topic = "revoked"
    return Notice(
        connection_id=str(told.get("item_id") or ""),
        topic=topic,
        code=problem or code,
        link_token=str(told.get("link_token") or ""),
        expires_at=_moment(told.get("consent_expiration_time")),
    )


def _problem(told: dict[str, Any]) -> str:
    error = told.get("error")
    return str(error.get("error_code") or "") if isinstance(error, dict) else ""


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
