"""Where the money is and how it is read."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField
from accounts.models import Owned
from banking.money import AmountField


class Institution(models.Model):
    """A bank as its provider knows it; shared by all books."""

    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    logo = models.TextField(blank=True)
    colour = models.CharField(max_length=9, blank=True)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="one_institution")]

    def __str__(self) -> str:
        return self.name


class Connection(Owned):
    """The right to read one login at one bank, for one book."""

    consent: ClassVar[str] = "bank_data"

    class Status(models.TextChoices):
        ACTIVE = "active", _("Connected")
        REAUTH = "reauth", _("Needs you to sign in")
        ERROR = "error", _("Cannot be read at the moment")
        UNLINKED = "unlinked", _("Unlinked")

    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=120)
    secret = EncryptedField(bound_to="external_id", null=True)
    institution = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    problem = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    new_accounts = models.BooleanField(default=False)
    new_accounts_at = models.DateTimeField(null=True, blank=True)  # since when, the last time that there were some
    announced = models.JSONField(default=list, blank=True)  # how each account looked at linking, before it is read
    relinked = models.BooleanField(
        default=False
    )  # its first rows may be of an earlier login, that this one never tells
    cursor = models.CharField(max_length=512, blank=True)
    complete = models.BooleanField(default=False)
    asked = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    sync_frequency_hours = models.PositiveSmallIntegerField(default=24)
    next_sync_at = models.DateTimeField(default=timezone.now)
    synced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    linked_at = models.DateTimeField(default=timezone.now, editable=False)  # the last time, if it was unlinked between

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="one_connection_per_login"),
            models.CheckConstraint(
                condition=models.Q(sync_frequency_hours__gte=1, sync_frequency_hours__lte=168),
                name="sync_every_1_to_168_hours",
            ),
        ]
        indexes = [models.Index(fields=["next_sync_at"], name="connection_due")]

    def __str__(self) -> str:
        return f"{self.institution or self.provider} ({self.pk})"

    @property
    def is_readable(self) -> bool:
        return self.status in {self.Status.ACTIVE, self.Status.ERROR}

    @property
    def is_unfinished(self) -> bool:
        """Whether the bank is still preparing its history, which is asked for again and again."""
        return self.status == self.Status.ACTIVE and not self.complete


class LinkSession(Owned):
    """A link session that was opened for a book and not yet finished; proves that the result is this user's."""

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = timedelta(days=1)

    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=200, unique=True)
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, blank=True)  # when the provider said that it ended, until that is settled
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link session {self.pk}"


class AccountKind(models.TextChoices):
    DEPOSITORY = "depository", _("Cash")
    CREDIT = "credit", _("Credit card")
    LOAN = "loan", _("Loan")
    INVESTMENT = "investment", _("Investment")
    OTHER = "other", _("Other")


class Account(Owned):
    """Money in one place. `opening` + all posted transactions = the balance; what is owed is negative."""

    consent: ClassVar[str] = "bank_data"

    connection = models.ForeignKey(Connection, null=True, blank=True, on_delete=models.CASCADE, related_name="accounts")
    external_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=120)
    bank_name = models.CharField(max_length=120, blank=True)
    official_name = models.CharField(max_length=200, blank=True)
    mask = models.CharField(max_length=8, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AccountKind)
    subtype = models.CharField(max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=8)
    opening = AmountField(_("opening balance"), default=0)
    opening_settled = models.BooleanField(default=False)
    reported = AmountField(null=True, blank=True)
    available = AmountField(null=True, blank=True)
    limit = AmountField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    gap = AmountField(default=0)  # what `reported` was beyond opening and rows in the last reading
    gap_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    holder = models.ForeignKey(  # None: joint
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"],
                condition=models.Q(connection__isnull=False),
                name="one_account_per_connection",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ··{self.mask}" if self.mask else self.name

    @property
    def is_manual(self) -> bool:
        return self.connection_id is None

    @property
    def is_unlinked(self) -> bool:
        """Whether it was read from a bank and is no longer; of an account loaded with its connection."""
        return self.connection is not None and self.connection.status == Connection.Status.UNLINKED

    @property
    def may_close(self) -> bool:
        """Whether a person closes it and opens it again; the bank does that to an account that is read."""
        return self.is_manual or self.is_unlinked


class Sync(Owned):
    """One run of reading a connection, for the user to look at."""

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = timedelta(days=90)

    class Kind(models.TextChoices):
        FULL = "full", _("First")
        INCREMENTAL = "incremental", _("Update")
        MANUAL = "manual", _("Asked for")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCESS = "success", _("Done")
        PARTIAL = "partial", _("Done in part")
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="syncs")
    kind = models.CharField(max_length=11, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    modified = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "-id"], name="sync_by_connection")]

    def __str__(self) -> str:
        return f"sync {self.pk} of {self.connection_id}"

    @property
    def records(self) -> int:
        return self.added + self.modified + self.removed

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}

    @property
    def duration_ms(self) -> int | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds() * 1000)


class UnreadRow(Owned):
    """A row that the bank told and that could not be stored: it is asked for again until it can be."""

    consent: ClassVar[str] = "bank_data"

    class Reason(models.TextChoices):
        ROW = "row", _("It lacks what a transaction cannot be without")
        ACCOUNT = "account", _("Its account is not known")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="unread")
    external_id = models.CharField(max_length=120, blank=True)  # empty for all that came without an id
    reason = models.CharField(max_length=7, choices=Reason)
    since = models.DateTimeField()
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "external_id"], name="one_unread_row_per_id")]

    def __str__(self) -> str:
        return f"unread row {self.pk} of {self.connection_id}"
