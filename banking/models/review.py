"""What belongs together, what a person should look at, and what they decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models.categories import Category, Merchant
from banking.models.connections import Account
from banking.models.transactions import EvidenceSource, Transaction


class Transfer(Owned):
    """Money between two accounts of the book: each row is in at most one transfer."""

    consent: ClassVar[str] = "bank_data"

    outgoing = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="transfer_out")
    incoming = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="transfer_in")
    source = models.CharField(max_length=8, choices=EvidenceSource, default=EvidenceSource.MATCH)
    score = models.FloatField(default=1)
    rate = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True)  # incoming for one outgoing
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(outgoing=models.F("incoming")), name="transfer_has_two_rows")
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} → {self.incoming_id}"


class ReviewKind(models.TextChoices):
    TRANSFER = "transfer", _("Transfers")
    DUPLICATE = "duplicate", _("Duplicates")
    PENDING = "pending", _("Pending")
    REFUND = "refund", _("Refunds")
    CATEGORY = "category", _("Categories")


class ReviewState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    AUTO = "auto", _("Accepted automatically")


class ReviewItem(Owned):
    """One thing that may be so, its evidence, and what became of it.

    `key` is the identity of what it is about, by which a rejection is remembered; `trace` the same by what the rows
    say, for rows that the bank tells again under another id. `evidence` is a list of [code, values, weight in
    log-odds]. `undo` holds for each row that accepting changed its fields before and after. Of a transfer `first` is
    the row out, of a duplicate the row that stays, of a pending match the pending row, of a refund the purchase, of
    categories the newest row.
    """

    consent: ClassVar[str] = "bank_data"

    kind = models.CharField(max_length=9, choices=ReviewKind)
    key = models.CharField(max_length=80)
    trace = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.OPEN)
    first = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Transaction, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    merchant = models.ForeignKey(
        Merchant, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    suggestion = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    score = models.FloatField()
    sure = models.BooleanField(default=True)
    evidence = models.JSONField(default=list, blank=True)
    undo = models.JSONField(default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "kind", "key"], name="one_review_item_per_matter")]
        indexes = [models.Index(fields=["book", "state", "-day", "-id"], name="review_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ReviewSetting(Owned):
    """Whether a machine may decide a kind alone, for the book or for one account; without a row it may."""

    consent: ClassVar[str] = "ledger"

    kind = models.CharField(max_length=9, choices=ReviewKind)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    automatic = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "kind"], condition=models.Q(account=None), name="one_review_setting_per_book"
            ),
            models.UniqueConstraint(
                fields=["kind", "account"],
                condition=models.Q(account__isnull=False),
                name="one_review_setting_per_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id or 'book'}: {self.automatic}"


class MatchProgress(Owned):
    """Up to which row matches were looked for in a book."""

    consent: ClassVar[str] = "ledger"

    last_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book"], name="one_match_progress_per_book")]

    def __str__(self) -> str:
        return f"matches up to {self.last_id}"
