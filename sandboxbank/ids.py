"""Names for things: random where a secret is meant, derived where the same life must give the same name."""

import base64
import hashlib
import secrets
import string
import uuid

LETTERS = string.ascii_letters + string.digits
PLAIN = bytes.maketrans(b"+/=", b"xyz")


def derived(*parts: object, length: int = 37) -> str:
    """A stable identifier of the parts, of letters and digits as Plaid's are; at most 37 characters."""
    digest = hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=28).digest()
    return base64.b64encode(digest).translate(PLAIN)[:length].decode()


def fresh(length: int = 37) -> str:
    """A random identifier."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def token(kind: str) -> str:
    """A secret such as access-sandbox-<uuid>."""
    return f"{kind}-sandbox-{uuid.uuid4()}"
