"""The keys that sign webhooks: ES256, one in use, retired ones kept for those who ask."""

import base64
import hashlib
import time
import uuid

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandboxbank.store import Store


def rotate(store: Store) -> str:
    """Retire the present key and make a new one; the new key's id."""
    with store.transaction():
        store.run("UPDATE signing_key SET expired_at = ? WHERE expired_at IS NULL", int(time.time()))
        kid = str(uuid.uuid4())
        store.run("INSERT INTO signing_key VALUES (?, ?, ?, NULL)", kid, _pem(_new()), int(time.time()))
        return kid


def jwk(store: Store, kid: str) -> dict[str, object] | None:
    """The public half of a key as JWK, or None."""
    row = store.one("SELECT * FROM signing_key WHERE kid = ?", kid)
    if row is None:
        return None
    numbers = _load(row["private_pem"]).public_key().public_numbers()
    return {
        "alg": "ES256",
        "created_at": row["created_at"],
        "crv": "P-256",
        "expired_at": row["expired_at"],
        "kid": kid,
        "kty": "EC",
        "use": "sig",
        "x": _coordinate(numbers.x),
        "y": _coordinate(numbers.y),
    }


def sign(store: Store, body: bytes, *, twist: str = "") -> str:
    """The proof that goes with `body`; `twist` makes it a bad one (forged, expired) or changes the key first."""
    if twist in ("rotated_key", "retired_key"):
        _current(store, retired=False)
        rotate(store)
    kid, key = _current(store, retired=twist == "retired_key")
    if twist == "forged":
        key = _new()
    claims = {
        "iat": int(time.time()) - (600 if twist == "expired" else 0),
        "request_body_sha256": hashlib.sha256(body).hexdigest(),
    }
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})


def _current(store: Store, *, retired: bool) -> tuple[str, ec.EllipticCurvePrivateKey]:
    wanted = "NOT NULL" if retired else "NULL"
    sql = f"SELECT * FROM signing_key WHERE expired_at IS {wanted} ORDER BY rowid DESC"  # noqa: S608  (two constants)
    row = store.one(sql)
    if row is None:
        rotate(store)
        return _current(store, retired=False)
    return row["kid"], _load(row["private_pem"])


def _new() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip


def _load(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _coordinate(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()
