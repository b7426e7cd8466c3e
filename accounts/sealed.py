"""Text in a column of another kind, such as allauth's TOTP secrets, encrypted like our own fields."""

import base64

from accounts.fields import decrypt, encrypt

IDENTITY = "mfa_authenticator:secret"


def seal(text: str, *, identity: str = IDENTITY) -> str:
    """Encrypted under the key in use and bound to `identity`, as ASCII."""
    return base64.b64encode(encrypt(text, identity=identity)).decode()


def unseal(sealed: str, *, identity: str = IDENTITY) -> str:
    """Raise Undecipherable."""
    return decrypt(base64.b64decode(sealed), identity=identity)
