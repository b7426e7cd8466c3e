"""Encrypting again, under the key in use, what lies under older ones, so that those can be taken away."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from accounts import idempotency
from accounts.books import everywhere
from accounts.fields import EncryptedField, Undecipherable, key_id_of, ring
from accounts.models import IdempotencyKey
from accounts.sealed import seal, unseal

AT_ONCE = 200
Renewal = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one table: rows looked at, rows encrypted again, primary keys of those that no key opens."""

    table: str
    rows: int
    renewed: int
    unreadable: tuple[int, ...]


def rotate() -> Iterator[Rotated]:
    """Go through every table that keeps secrets, some rows at a time; each row is locked while it is written."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedField):
                yield _through(model, _renewing(field))
    yield _through(Authenticator, _renew_second_factor)
    yield _through(IdempotencyKey, _renew_kept_answer)


def _through(model: type[Model], renew: Renewal) -> Rotated:
    rows, renewed, unreadable, after = 0, 0, [], 0
    while True:
        with everywhere("keys are those of all books"), transaction.atomic():
            found = model._default_manager.select_for_update().filter(pk__gt=after).order_by("pk")[:AT_ONCE]
            for row in found:
                after = row.pk
                try:
                    renewed += renew(row)
                except Undecipherable:
                    unreadable.append(row.pk)
                rows += 1
        if not found:
            return Rotated(model._meta.db_table, rows, renewed, tuple(unreadable))


def _renewing(field: EncryptedField) -> Renewal:
    def renew(row: Model) -> bool:
        secret = getattr(row, field.attname)
        if secret is None or is_current(row.__dict__[field.attname]):
            return False
        setattr(row, field.attname, secret.reveal())
        row.save(update_fields=[field.attname])
        return True

    return renew


def _renew_second_factor(row: Authenticator) -> bool:
    """The seeds of one-time and recovery codes; a passkey keeps no secret here."""
    if row.type == Authenticator.Type.WEBAUTHN:
        return False
    old = {name: row.data[name] for name in ("secret", "seed") if name in row.data}
    new = {name: seal(unseal(text)) for name, text in old.items() if not is_current(base64.b64decode(text))}
    if not new:
        return False
    row.data = {**row.data, **new}
    row.save(update_fields=["data"])
    return True


def _renew_kept_answer(row: IdempotencyKey) -> bool:
    """An answer that is kept for whoever repeats the request; a request at work has none yet."""
    if row.status is None or is_current(base64.b64decode(str(row.answer))):
        return False
    identity = idempotency.identity_of(row)
    row.answer = seal(unseal(str(row.answer), identity=identity), identity=identity)
    row.save(update_fields=["answer"])
    return True


def is_current(stored: bytes) -> bool:
    """Whether the bytes lie under the key in use."""
    return key_id_of(stored) == next(iter(ring()))
