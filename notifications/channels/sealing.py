"""Web Push as the standards have it: RFC 8291 (sealing a message to a browser) and RFC 8292 (VAPID)."""

import base64
import os
import time
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
RECORD = 4096
LONGEST = RECORD - 17
"""Of a message in one record: a byte that ends it, and the sixteen of its tag."""
HOURS = 12
POINT, SECRET = 65, 16


class BadKeys(ValueError):
    """They are no keys of a subscription."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a browser gave: its public key and its secret."""

    public: bytes
    secret: bytes


def keys_of(p256dh: str, auth: str) -> Keys:
    """From base64url; raise BadKeys."""
    try:
        keys = Keys(decoded(p256dh), decoded(auth))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public)
    except ValueError as error:
        raise BadKeys("These are no keys of a subscription.") from error
    if len(keys.public) != POINT or len(keys.secret) != SECRET:
        raise BadKeys("These are no keys of a subscription.")
    return keys


def sealed(message: bytes, keys: Keys) -> bytes:
    """The body of the request, encoded as `aes128gcm`; only the browser can open it."""
    if len(message) > LONGEST:
        raise ValueError(f"A message has at most {LONGEST} bytes.")
    own = ec.generate_private_key(CURVE)
    public = _point(own.public_key())
    browser = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public)
    shared = own.exchange(ec.ECDH(), browser)
    salt = os.urandom(16)
    root = _derived(shared, keys.secret, b"WebPush: info\0" + keys.public + public, 32)
    key = _derived(root, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(root, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return head + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def _derived(secret: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=about).derive(secret)


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """From the 32 bytes in base64url that VAPID keys are usually kept as; raise ValueError."""
    number = decoded(text)
    if len(number) != 32:
        raise ValueError("A VAPID key has 32 bytes.")
    return ec.derive_private_key(int.from_bytes(number, "big"), CURVE)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """What a browser wants as `applicationServerKey`."""
    return encoded(_point(key.public_key()))


def authorization(key: ec.EllipticCurvePrivateKey, *, audience: str, subject: str) -> str:
    """The header that says who sends; good for half a day at one push service."""
    claims = {"aud": audience, "exp": int(time.time()) + HOURS * 3600, "sub": subject}
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={public_text(key)}"


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii", "strict") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
