"""Files that people add, on disk: encrypted under the key ring, under random names, one folder for each book.

A file whose row was never committed, or was taken back, is found by `strays` when nobody can want it any more.
"""

import base64
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.fields import Secret, Undecipherable, encrypt
from accounts.models import Book
from banking.models import Attachment

NAME = re.compile(r"[0-9a-f]{32}")


class Gone(Exception):
    """The file is not there, or no key opens it."""


def put(*, book: Book, content: bytes) -> str:
    """Store the bytes; the name under which `get` finds them."""
    name = secrets.token_hex(16)
    replace(book_id=book.pk, name=name, content=content)
    return name


def get(*, book_id: int, name: str) -> bytes:
    """Raise Gone."""
    try:
        return base64.b64decode(secret(book_id=book_id, name=name).reveal())
    except Undecipherable as error:
        raise Gone from error


def secret(*, book_id: int, name: str) -> Secret:
    """The stored file, not opened yet; raise Undecipherable where there is none."""
    try:
        return Secret(_path(book_id, name).read_bytes(), _identity(book_id, name))
    except OSError as error:
        raise Undecipherable("A stored file is missing.") from error


def secrets_of(row: Attachment) -> dict[str, Secret]:
    """For the rotation of keys."""
    return {"file": secret(book_id=row.book_id, name=row.file)}


def keep(row: Attachment, texts: dict[str, str]) -> None:
    """Store what `secrets_of` opened under the key in use."""
    replace(book_id=row.book_id, name=row.file, content=base64.b64decode(texts["file"]))


def replace(*, book_id: int, name: str, content: bytes) -> None:
    """Store the bytes under that name, whole or not at all."""
    path = _path(book_id, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".new")
    beside.write_bytes(encrypt(base64.b64encode(content).decode(), identity=_identity(book_id, name)))
    os.replace(beside, path)


def holds(*, book_id: int, name: str) -> bool:
    """Whether the file is there."""
    return _path(book_id, name).is_file()


def touch(*, book_id: int, names: Iterable[str]) -> None:
    """Once the caller has committed, these files count as stored now, so that `strays` leaves them for a while."""
    kept = [_path(book_id, name) for name in names]

    def renew() -> None:
        for path in kept:
            with suppress(OSError):
                os.utime(path)

    transaction.on_commit(renew, robust=True)


def drop(*, book_id: int, names: Iterable[str]) -> None:
    """Delete these files once the caller has committed."""
    doomed = [_path(book_id, name) for name in names]

    def delete() -> None:
        for path in doomed:
            path.unlink(missing_ok=True)

    transaction.on_commit(delete, robust=True)


def strays(*, books: set[int], known: set[str], before: datetime) -> Iterator[Path]:
    """Files of books that are gone, and older ones that no row names."""
    for folder in settings.ATTACHMENTS_DIR.glob("[0-9]*"):
        erased = int(folder.name) not in books
        for path in folder.iterdir():
            if erased or (path.stem not in known and path.stat().st_mtime < before.timestamp()):
                yield path


def sweep(paths: Iterable[Path]) -> int:
    """Delete these files, and folders that are empty then; how many."""
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
        with suppress(OSError):
            path.parent.rmdir()
    return count


def _path(book_id: int, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("This is no name of a stored file.")
    return Path(settings.ATTACHMENTS_DIR) / str(book_id) / name


def _identity(book_id: int, name: str) -> str:
    return f"banking_attachment:{book_id}:{name}"
