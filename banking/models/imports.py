"""Files that were brought in: what was understood, each row as it will land, and what came of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField
from accounts.models import Owned
from banking.money import AmountField
from journal.models import Operation

NEW = "new"
"""In the place of a category's id: one is made when the file is brought in."""


class Import(Owned):
    """One file on its way into the book.

    `statements` are its accounts in order, each with what the file says of it and where it goes: `account` is the id of
    one of ours, `new` opens one, and with neither its rows stay out. `choices` are what the person decided instead of
    `guesses`. `categories` maps the file's own categories to the ids of ours, to NEW where one is to be made, or to
    None where their rows are filed as any others; `groups` says which of them the file puts inside another one.
    """

    consent: ClassVar[str] = "bank_data"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Not started")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        REVERTED = "reverted", _("Reverted")

    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    choices = models.JSONField(default=dict, blank=True)
    guesses = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True)
    statements = models.JSONField(default=list, blank=True)
    categories = models.JSONField(default=dict, blank=True)
    groups = models.JSONField(default=dict, blank=True)
    skipped = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    progress = models.PositiveSmallIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    operation = models.ForeignKey(Operation, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["book", "-id"], name="import_by_book")]

    def __str__(self) -> str:
        return self.name

    @property
    def mapped(self) -> dict[str, int]:
        """The category of ours for each word of the file's that has one."""
        return {word: pk for word, pk in self.categories.items() if pk and pk != NEW}

    @property
    def makes_categories(self) -> bool:
        return NEW in self.categories.values()

    @property
    def is_draft(self) -> bool:
        return self.status in {self.Status.DRAFT, self.Status.FAILED}

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}


class ImportFile(Owned):
    """The file itself, packed and encrypted, only until its import is done: another choice reads it anew."""

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = timedelta(days=30)

    source = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="file")
    key = models.CharField(max_length=32, unique=True)
    content = EncryptedField(bound_to="key", null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"file of import {self.source_id}"


class ToldPart(NamedTuple):
    """One part of a row's split, as the file tells it; the amount is a decimal number."""

    amount: str
    category: str
    note: str
    tags: Sequence[str] = ()


class ImportRow(Owned):
    """One row of a file as it will land, or landed: `made` is then the key of its transaction.

    `twin` is the key of the transaction that it was found to be.
    """

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = timedelta(days=90)

    class State(models.TextChoices):
        FRESH = "fresh", _("New")
        DUPLICATE = "twin", _("There already")
        PENDING = "pending", _("Not booked yet")
        VOID = "void", _("Moved no money")
        UNREADABLE = "broken", _("Cannot be read")

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField()  # of its account among `Import.statements`
    line = models.PositiveIntegerField()
    day = models.DateField(null=True)
    authorized_on = models.DateField(null=True)
    amount = AmountField(null=True)
    currency = models.CharField(max_length=8, blank=True)
    description = models.CharField(max_length=500, blank=True)
    payee = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.FRESH)
    why = models.CharField(max_length=20, blank=True)
    twin = models.BigIntegerField(null=True)
    chosen = models.BooleanField(default=True)
    made = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "position"], name="one_import_row_per_position")]

    def __str__(self) -> str:
        return f"row {self.position} of import {self.source_id}"

    @property
    def told_parts(self) -> list[ToldPart]:
        return [ToldPart(*part) for part in self.parts]


class ImportMapping(Owned):
    """What was chosen for files of one layout, so that the next one needs no choice."""

    consent: ClassVar[str] = "bank_data"

    fingerprint = models.CharField(max_length=64)
    choices = models.JSONField(default=dict, blank=True)
    accounts = models.JSONField(default=dict, blank=True)
    categories = models.JSONField(default=dict, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "fingerprint"], name="one_mapping_per_layout")]

    def __str__(self) -> str:
        return f"mapping {self.fingerprint[:8]}"
