"""Sync cursors: where a loop began, the head it froze, and how far it came; sealed against forgery."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from sandboxbank.errors import PlaidError


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in one stream (an item, or one account of it)."""

    stream: str
    base: int
    head: int
    place: int

    @property
    def resting(self) -> bool:
        return self.place >= self.head


def seal(cursor: Cursor, key: bytes) -> str:
    """The cursor as clients carry it."""
    text = f"{cursor.stream}|{cursor.base}|{cursor.head}|{cursor.place}".encode()
    return base64.b64encode(_tag(text, key) + text).decode()


def unseal(sealed: str, *, stream: str, key: bytes) -> Cursor:
    """The cursor of this stream; raises PlaidError for a foreign or forged one."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        found, base, head, place = raw[16:].decode().split("|")
        cursor = Cursor(found, int(base), int(head), int(place))
    except ValueError as error:
        raise _refused() from error
    if not hmac.compare_digest(raw[:16], _tag(raw[16:], key)) or cursor.stream != stream:
        raise _refused()
    return cursor


def _tag(text: bytes, key: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)[:16]


def _refused() -> PlaidError:
    return PlaidError("INVALID_FIELD", "cursor not associated with access_token")
