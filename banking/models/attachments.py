"""Receipts: files that people add to transactions."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models.transactions import Transaction


class AttachmentKind(models.TextChoices):
    JPEG = "image/jpeg", _("JPEG image")
    PNG = "image/png", _("PNG image")
    WEBP = "image/webp", _("WebP image")
    HEIC = "image/heic", _("HEIC image")
    PDF = "application/pdf", _("PDF")


class Attachment(Owned):
    """A file about a transaction. What is in it lies encrypted in `banking.vault` under `file`, a random name.

    A removed one keeps its file for as long as its removal can be taken back.
    """

    consent: ClassVar[str] = "ledger"

    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=20, choices=AttachmentKind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=32, unique=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["removed_at"], condition=models.Q(removed_at__isnull=False), name="attachment_removed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown(self) -> bool:
        """Whether browsers show it inside a page; they do not know HEIC, and a PDF runs what is in it."""
        return self.kind in {AttachmentKind.JPEG, AttachmentKind.PNG, AttachmentKind.WEBP}
