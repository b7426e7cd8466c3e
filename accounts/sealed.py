"""Text in a column of another kind, such as allauth's TOTP secrets, encrypted like our own fields."""

import base64

from accounts.fields import Secret, encrypt

IDENTITY = "mfa_authenticator:secret"


def seal(text: str, *, identity: str = IDENTITY) -> str:
    """Encrypted under the key in use and bound to `identity`, as ASCII."""
    return base64.b64encode(encrypt(text, identity=identity)).decode()


def unseal(sealed: str, *, identity: str = IDENTITY) -> str:
    """Raise Undecipherable."""
    return secret(sealed, identity=identity).reveal()


def secret(sealed: str, *, identity: str = IDENTITY) -> Secret:
    """What was sealed, not opened yet."""
    return Secret(base64.b64decode(sealed), identity)
