"""A browser's part of Web Push: its keys, and opening what it is sent (RFC 8188, RFC 8291)."""

import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.channels.sealing import encoded


class Browser:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def public(self):
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self):
        return {"p256dh": encoded(self.public), "auth": encoded(self.secret)}

    def open(self, body):
        salt, size, sealed = body[:16], body[20], body[21:]
        sender, sealed = sealed[:size], sealed[size:]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        root = derived(shared, self.secret, b"WebPush: info\0" + self.public + sender, 32)
        key = derived(root, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(root, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\x02")


def derived(secret, salt, about, length):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=about).derive(secret)
