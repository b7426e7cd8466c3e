"""Text that others store in a column of their own, such as allauth's TOTP secrets, encrypted like our own fields."""

import base64

from accounts.fields import decrypt, encrypt

IDENTITY = "mfa_authenticator:secret"


def seal(text: str) -> str:
    """Encrypted under the key in use, as ASCII."""
    return base64.b64encode(encrypt(text, identity=IDENTITY)).decode()


def unseal(sealed: str) -> str:
    """Raise Undecipherable."""
    return decrypt(base64.b64decode(sealed), identity=IDENTITY)
