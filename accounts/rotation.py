"""Encrypting again, under the key in use, what lies under older ones, so that those can be taken away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from accounts import idempotency, sealed
from accounts.books import everywhere
from accounts.fields import EncryptedField, Secret, Undecipherable
from accounts.models import IdempotencyKey

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a table keeps secrets: how those of a row are found, by name, and how it takes the same texts anew."""

    model: type[Model]
    secrets: Callable[[Any], dict[str, Secret]]
    keep: Callable[[Any, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one table: rows looked at, rows encrypted again, primary keys of those that no key opens."""

    table: str
    rows: int
    renewed: int
    unreadable: tuple[int, ...]


_elsewhere: list[Kept] = []


def register(kept: Kept) -> None:
    """Let another app's secrets that lie in no column be rotated too."""
    if all(each.model is not kept.model for each in _elsewhere):
        _elsewhere.append(kept)


def rotate() -> Iterator[Rotated]:
    """Go through every table that keeps secrets, some rows at a time; each row is locked while it is written."""
    return (_through(kept) for kept in _everything())


def unreadable() -> Iterator[tuple[str, int]]:
    """Each table that keeps secrets, and how many of its rows no key opens; only reads."""
    for kept in _everything():
        with everywhere("keys are those of all books"):
            rows = kept.model._default_manager.order_by("pk").iterator()
            yield kept.model._meta.db_table, sum(not _opens(kept, row) for row in rows)


def _everything() -> Iterator[Kept]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedField):
                yield Kept(model, _secret_in(field), _keeping_in(field))
    yield Kept(Authenticator, _seeds, _keep_seeds)
    yield Kept(IdempotencyKey, _kept_answer, _keep_answer)
    yield from _elsewhere


def _through(kept: Kept) -> Rotated:
    rows, renewed, closed, after = 0, 0, [], 0
    while True:
        with everywhere("keys are those of all books"), transaction.atomic():
            found = kept.model._default_manager.select_for_update().filter(pk__gt=after).order_by("pk")[:AT_ONCE]
            for row in found:
                after = row.pk
                try:
                    renewed += _renew(kept, row)
                except Undecipherable:
                    closed.append(row.pk)
                rows += 1
        if not found:
            return Rotated(kept.model._meta.db_table, rows, renewed, tuple(closed))


def _renew(kept: Kept, row: Model) -> bool:
    """Also opens what is said to lie under the key in use: another key may have had its name."""
    secrets = kept.secrets(row)
    texts = {name: secret.reveal() for name, secret in secrets.items()}
    if all(secret.is_current for secret in secrets.values()):
        return False
    kept.keep(row, texts)
    return True


def _opens(kept: Kept, row: Model) -> bool:
    try:
        return all(isinstance(secret.reveal(), str) for secret in kept.secrets(row).values())
    except Undecipherable:
        return False


def _secret_in(field: EncryptedField) -> Callable[[Model], dict[str, Secret]]:
    def secret(row: Model) -> dict[str, Secret]:
        found = getattr(row, field.attname)
        return {field.attname: found} if found else {}

    return secret


def _keeping_in(field: EncryptedField) -> Callable[[Model, dict[str, str]], None]:
    def keep(row: Model, texts: dict[str, str]) -> None:
        setattr(row, field.attname, texts[field.attname])
        row.save(update_fields=[field.attname])

    return keep


def _seeds(row: Authenticator) -> dict[str, Secret]:
    """Of one-time and recovery codes; a passkey keeps no secret here."""
    if row.type == Authenticator.Type.WEBAUTHN:
        return {}
    return {name: sealed.secret(row.data[name]) for name in ("secret", "seed") if name in row.data}


def _keep_seeds(row: Authenticator, texts: dict[str, str]) -> None:
    row.data = {**row.data, **{name: sealed.seal(text) for name, text in texts.items()}}
    row.save(update_fields=["data"])


def _kept_answer(row: IdempotencyKey) -> dict[str, Secret]:
    """For whoever repeats the request; a request at work has none yet."""
    if row.status is None:
        return {}
    return {"answer": sealed.secret(str(row.answer), identity=idempotency.identity_of(row))}


def _keep_answer(row: IdempotencyKey, texts: dict[str, str]) -> None:
    row.answer = sealed.seal(texts["answer"], identity=idempotency.identity_of(row))
    row.save(update_fields=["answer"])
