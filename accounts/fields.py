"""A text field whose value lies encrypted in the database.

AES-256-GCM. The stored bytes are `version | key id length | key id | nonce (12) | ciphertext`; table, column and the
row's identity are authenticated with it, so that a ciphertext moved to another row does not open.
The key ring is `settings.ENCRYPTION_KEYS`, a list of `id:hex` with the key in use first.
"""

import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE_BYTES = 12


class Undecipherable(Exception):
    """The stored value does not open: wrong key ring, damaged bytes, or bytes of another row."""


@lru_cache
def _ring(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    try:
        pairs = [entry.split(":", 1) for entry in entries]
        ring = {key_id: AESGCM(bytes.fromhex(key)) for key_id, key in pairs}
    except ValueError as error:
        raise ImproperlyConfigured("ENCRYPTION_KEYS must be a list of `id:64 hex digits`.") from error
    if not ring:
        raise ImproperlyConfigured("ENCRYPTION_KEYS is empty; script/setup writes one.")
    return ring


def ring() -> dict[str, AESGCM]:
    """The keys by id, the one in use first."""
    return _ring(tuple(settings.ENCRYPTION_KEYS))


def encrypt(text: str, *, identity: str) -> bytes:
    """Encrypt under the key in use, bound to `identity`."""
    key_id, key = next(iter(ring().items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    head = bytes([VERSION, len(key_id)]) + key_id.encode()
    return head + nonce + key.encrypt(nonce, text.encode(), identity.encode())


def decrypt(stored: bytes, *, identity: str) -> str:
    """Raise Undecipherable when the bytes do not belong to `identity` or no key opens them."""
    stored = bytes(stored)
    try:
        end = 2 + stored[1]
        key = ring()[stored[2:end].decode()]
        nonce, sealed = stored[end : end + NONCE_BYTES], stored[end + NONCE_BYTES :]
        return key.decrypt(nonce, sealed, identity.encode()).decode()
    except (KeyError, IndexError, InvalidTag, UnicodeDecodeError) as error:
        raise Undecipherable(f"A stored secret of {identity.rsplit(':', 1)[0]} cannot be read.") from error


def key_id_of(stored: bytes) -> str:
    """The id of the key that the bytes were encrypted under."""
    return bytes(stored)[2 : 2 + bytes(stored)[1]].decode()


class Secret:
    """A value read from an encrypted column; opened only by `reveal()`, and silent in every repr."""

    __slots__ = ("_identity", "_stored")

    def __init__(self, stored: bytes, identity: str) -> None:
        self._stored, self._identity = bytes(stored), identity

    def reveal(self) -> str:
        return decrypt(self._stored, identity=self._identity)

    @property
    def is_current(self) -> bool:
        """Whether it lies under the key in use, by the key's name."""
        return key_id_of(self._stored) == next(iter(ring()))

    def __repr__(self) -> str:
        return "Secret(…)"


class EncryptedField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Assign a str, read a `Secret`. `bound_to` names the field whose value identifies the row."""

    def __init__(self, *args: Any, bound_to: str, **kwargs: Any) -> None:  # Django's field signature
        self.bound_to = bound_to
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def identity(self, row: models.Model) -> str:
        return f"{row._meta.db_table}:{self.column}:{getattr(row, self.bound_to)}"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Descriptor(self))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError("An encrypted column cannot be searched.")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        stored = value._stored if isinstance(value, Secret) else value
        return super().get_db_prep_value(stored, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return ""


class _Descriptor:
    """Encrypts what is assigned as text; hands out what was loaded as a `Secret`."""

    def __init__(self, field: EncryptedField) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        return Secret(bytes(value), self.field.identity(row)) if isinstance(value, (bytes, memoryview)) else value

    def __set__(self, row: models.Model, value: Any) -> None:
        if isinstance(value, str):
            value = encrypt(value, identity=self.field.identity(row)) if value else None
        elif isinstance(value, Secret):
            value = value._stored
        row.__dict__[self.field.attname] = value
