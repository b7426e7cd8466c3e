"""Adding receipts to transactions, removing them, and forgetting what was removed."""

import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.books import everywhere
from accounts.models import Book, User
from accounts.plain import tidied
from banking import sniffing, vault
from banking.actions.refusals import Conflicting, Refused, TooMany
from banking.actions.transactions import held
from banking.models import Attachment, AttachmentKind, Transaction
from journal import actions as journal

MOST_FILES = 20
LONGEST_NAME = 120
KEPT = timedelta(days=30)
"""How long the removal of a receipt can be taken back."""
BATCH = 500
ENDINGS: dict[str, tuple[str, ...]] = {
    AttachmentKind.JPEG: (".jpg", ".jpeg"),
    AttachmentKind.PNG: (".png",),
    AttachmentKind.WEBP: (".webp",),
    AttachmentKind.HEIC: (".heic", ".heif"),
    AttachmentKind.PDF: (".pdf",),
}


def attach(*, book: Book, by: User, pk: int, name: str, content: bytes, now: datetime) -> Attachment:
    """Keep a file with a transaction; raise Refused, or Transaction.DoesNotExist.

    The same file a second time is refused: nobody wants it twice.
    """
    kind = checked_kind(content)
    digest = sha256(content).hexdigest()
    with journal.operation(book=book, by=by, verb="attach", now=now) as recorder:
        row = held(book=book, pk=pk, counting=False)
        _checked_place(row, digest)
        attachment = Attachment.objects.create(
            book=book,
            transaction=row,
            name=_named(name, kind),
            kind=kind,
            size=len(content),
            sha256=digest,
            file=vault.put(book=book, content=content),
            created_at=now,
        )
        recorder.created(attachment)
    return attachment


def detach(*, book: Book, by: User, pk: int, now: datetime) -> Attachment:
    """Remove a receipt; for KEPT its file stays, so that this can be taken back. Raise Attachment.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="detach", now=now) as recorder:
        there = Attachment.objects.filter(book=book, removed_at=None, transaction__removed_at=None)
        attachment = there.select_for_update(of=("self",)).get(pk=pk)
        before = journal.snapshot(attachment)
        attachment.removed_at = now
        attachment.save(update_fields=["removed_at"])
        recorder.changed(attachment, before)
    return attachment


def forget_removed(*, now: datetime) -> int:
    """In all books: receipts removed longer than KEPT ago, and files that no row names; how many files."""
    before, forgotten = now - KEPT, 0
    while names := _forget_some(before):
        forgotten += names
    with everywhere("files of all books are looked through"):
        known = set(Attachment.objects.values_list("file", flat=True))
    strays = vault.strays(books=set(Book.objects.values_list("pk", flat=True)), known=known, before=before)
    return forgotten + vault.sweep(strays)


def _forget_some(before: datetime) -> int:
    with everywhere("what expires is forgotten in all books"), transaction.atomic():
        found = Attachment.objects.filter(removed_at__lt=before).order_by("removed_at")
        rows = list(found.values_list("pk", "book_id", "file")[:BATCH])
        Attachment.objects.filter(pk__in=[pk for pk, _book_id, _name in rows]).delete()
        for _pk, book_id, name in rows:
            vault.drop(book_id=book_id, names=[name])
    return len(rows)


def checked_kind(content: bytes) -> AttachmentKind:
    """What the file is; raise Refused for one that is too large or none that can be kept."""
    if len(content) > settings.MAX_ATTACHMENT_BYTES:
        most = filesizeformat(settings.MAX_ATTACHMENT_BYTES)
        raise Refused(_("A file may have at most %(size)s. Take a smaller picture.") % {"size": most}, field="file")
    try:
        return sniffing.kind_of(content)
    except sniffing.TooVast as error:
        raise Refused(_("This image has too many pixels. Take a smaller picture."), field="file") from error
    except sniffing.NotAReceipt as error:
        damaged = str(error) == "damaged"
        message = (
            _("This file is damaged. Save or photograph it again.")
            if damaged
            else _("Choose an image (JPEG, PNG, WebP, HEIC) or a PDF.")
        )
        raise Refused(message, field="file") from error


def _checked_place(row: Transaction, digest: str) -> None:
    there = list(Attachment.objects.filter(transaction=row, removed_at=None).values_list("sha256", flat=True))
    if digest in there:
        raise Conflicting(_("This file is here already."), field="file")
    if len(there) >= MOST_FILES:
        message = _("A transaction has at most %(count)d files. Remove one first.")
        raise TooMany(message % {"count": MOST_FILES}, field="file")


def _named(name: str, kind: AttachmentKind) -> str:
    """The file's own name without its path, with an ending that says what it is."""
    plain = tidied(PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name, length=LONGEST_NAME)
    endings = ENDINGS[kind]
    if plain.lower().endswith(endings):
        return plain
    stem = PurePosixPath(plain).stem[: LONGEST_NAME - len(endings[0])] or "receipt"
    return f"{stem}{endings[0]}"
