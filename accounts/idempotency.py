"""Requests that may be repeated: the first answer is kept under the caller's `Idempotency-Key` and given again.

Where the endpoint works in one transaction, the key and its answer are committed together with what was written, so
that whoever saw a key committed saw the whole. Where the endpoint talks to the outside in between, the key is reserved
first; a reservation whose process was killed is free again after `RESERVED`.
"""

import hashlib
import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts import sealed
from accounts.models import IdempotencyKey, User

KEPT = timedelta(hours=24)
RESERVED = timedelta(minutes=10)  # linking asks a bank five times, each of which may take a minute
KEY = re.compile(r"[\x21-\x7e]{1,255}")


class Replay(Exception):
    """The request has been answered before; `response` is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__("replayed")
        self.response = response


class InProgress(APIException):
    """The first request with this key has not been answered yet."""

    status_code = 409
    default_code = "in_progress"
    wait = 1

    def __init__(self) -> None:
        super().__init__(_("The first request with this Idempotency-Key is still running."))


class KeyReused(APIException):
    """The key belongs to another request."""

    status_code = 422
    default_code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(_("This Idempotency-Key was used for another request."))


def key_of(request: Request) -> str | None:
    """The key of a POST that carries one; raise ValidationError for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return None
    if not KEY.fullmatch(key):
        raise ValidationError({"Idempotency-Key": [_("This must be 1 to 255 printable characters without spaces.")]})
    return str(key)


def fingerprint_of(request: Request, book_id: int) -> str:
    """A digest of what is asked, so that another request under the same key is noticed.

    Under a secret, because the body of a sign-up holds a password.
    """
    asked = f"{request.method} {request.get_full_path()} {book_id}\n".encode() + _body_of(request)
    return salted_hmac("accounts.idempotency", asked, algorithm="sha256").hexdigest()


def _body_of(request: Request) -> bytes:
    """What tells the body from another one; of files, which may be too large to be held, their digests."""
    if not str(request.content_type or "").startswith("multipart/"):
        return bytes(request.body)
    fields = sorted(request.POST.lists())
    files = [(name, hashlib.file_digest(file, "sha256").hexdigest()) for name, file in sorted(request.FILES.items())]
    for file in request.FILES.values():
        file.seek(0)
    return repr((fields, files)).encode()


def begin(*, caller: str, user: User | None, key: str, fingerprint: str, now: datetime) -> IdempotencyKey:
    """Take the key; raise Replay, InProgress or KeyReused where it is taken.

    Inside a transaction the row stays invisible to others until the commit.
    """
    if not _locked(caller, key):
        raise InProgress
    IdempotencyKey.objects.filter(Q(caller=caller) | Q(user=None), created_at__lt=now - KEPT).delete()
    IdempotencyKey.objects.filter(caller=caller, key=key, status=None, created_at__lt=now - RESERVED).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                caller=caller, user=user, key=key, fingerprint=fingerprint, created_at=now
            )
    except IntegrityError:
        _answer_from(IdempotencyKey.objects.get(caller=caller, key=key), fingerprint)
        raise


def finish(row: IdempotencyKey, response: Response) -> None:
    """Keep the answer, encrypted: it may open a bank's page. An error is not kept: the request may be tried again.

    A reservation that another request has taken over meanwhile is left to it.
    """
    if response.status_code >= 400:
        row.delete()
        return
    kept = sealed.seal(_text_of(response.data), identity=identity_of(row))
    IdempotencyKey.objects.filter(pk=row.pk).update(status=response.status_code, answer=kept)


def _answer_from(row: IdempotencyKey, fingerprint: str) -> None:
    if row.fingerprint != fingerprint:
        raise KeyReused
    if row.status is None:
        raise InProgress
    answer = json.loads(sealed.unseal(str(row.answer), identity=identity_of(row)))
    raise Replay(Response(answer, status=row.status, headers={"Idempotency-Replayed": "true"}))


def identity_of(row: IdempotencyKey) -> str:
    """What a kept answer is bound to."""
    return f"accounts_idempotencykey:{row.caller}:{row.key}"


def _locked(caller: str, key: str) -> bool:
    """On PostgreSQL whether this transaction is the only one at work on the key; SQLite has one writer anyway."""
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return True
    name = hashlib.sha256(f"{caller}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, signed=True)])
        return bool(cursor.fetchone()[0])


def _text_of(answer: Any) -> str:
    """The answer as JSON; amounts and dates as the text that was sent."""
    return json.dumps(answer, default=_text)


def _text(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else JSONEncoder().default(value)
