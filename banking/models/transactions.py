"""Movements of money."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Book, Owned
from banking.models.categories import Category, Merchant, Tag
from banking.models.connections import Account
from banking.money import AmountField


class EvidenceSource(models.TextChoices):
    """Who said what the category is, strongest first."""

    USER = "user", _("You")
    MATCH = "match", _("Its match")
    RULE = "rule", _("Your rule")
    HISTORY = "history", _("Your history")
    PROVIDER = "provider", _("Your bank's data")
    MODEL = "model", _("Recognised")
    NONE = "none", _("Nobody yet")


SETTLED = (EvidenceSource.USER, EvidenceSource.MATCH)
"""What no rule, no history and no bank files anew."""


class Origin(models.TextChoices):
    PROVIDER = "provider", _("Bank")
    MANUAL = "manual", _("By hand")
    IMPORT = "import", _("From a file")


class Transaction(Owned):
    """One movement; positive is money in. A removed row stays as a tombstone so that it cannot come back.

    `discarded` marks a tombstone that the bank still books: the user does not want to see it, but the balance has it.

    `edited` maps each field that the user set by hand to the moment; sync never changes those.

    A split row (`is_split`) is in no list and no total; the parts that stand for it are rows too and share its account,
    day, currency, pending and removed state, and their amounts add up to its own.
    """

    consent: ClassVar[str] = "bank_data"

    # Longer indexes begin with book, account and merchant: one more for each would only make imports dearer.
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="transactions", db_index=False)
    external_id = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001  null: a manual row, outside the unique constraint
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PROVIDER)
    day = models.DateField(_("day"))
    authorized_on = models.DateField(null=True, blank=True)
    amount = AmountField(_("amount"))
    currency = models.CharField(max_length=8)
    description = models.CharField(_("description"), max_length=500)
    merchant = models.ForeignKey(
        Merchant, null=True, blank=True, on_delete=models.SET_NULL, related_name="transactions", db_index=False
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="transactions")
    category_source = models.CharField(max_length=8, choices=EvidenceSource, default=EvidenceSource.NONE)
    confidence = models.FloatField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    suggestion = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    note = models.CharField(_("note"), max_length=2000, blank=True)
    excluded = models.BooleanField(_("left out of totals"), default=False)
    pending = models.BooleanField(_("pending"), default=False)
    channel = models.CharField(max_length=20, blank=True)
    bank_category = models.CharField(max_length=80, blank=True)
    bank_category_confidence = models.CharField(max_length=10, blank=True)
    edited = models.JSONField(default=dict, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    discarded = models.BooleanField(default=False)
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    is_split = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    tags = models.ManyToManyField(Tag, through="TransactionTag", related_name="transactions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "external_id"], name="one_row_per_bank_id")]
        indexes = [
            # What sums over days ask of a row lies in the index, so that they need not read the rows.
            models.Index(
                fields=["book", "-day", "-id"],
                include=["category", "currency", "amount", "pending", "excluded", "removed_at", "is_split"],
                name="transaction_list",
            ),
            models.Index(fields=["account", "-day", "-id"], name="transaction_by_account"),
            models.Index(fields=["book", "category", "-day", "-id"], name="transaction_by_category"),
            models.Index(fields=["merchant", "-day"], name="transaction_by_merchant"),
            models.Index(fields=["book"], condition=models.Q(pending=True), name="transaction_pending"),
            models.Index(fields=["part_of"], condition=models.Q(part_of__isnull=False), name="transaction_parts"),
            models.Index(
                fields=["book", "-removed_at", "-id"],
                condition=models.Q(removed_at__isnull=False),
                name="transaction_removed",
            ),
            models.Index(
                fields=["suggestion"], condition=models.Q(suggestion__isnull=False), name="transaction_suggestion"
            ),
            models.Index(
                fields=["book", "-updated_at", "-id"],
                condition=models.Q(category_source="user"),
                name="transaction_filed_by_user",
            ),
            models.Index(fields=["book", "-day", "-id"], condition=models.Q(note__gt=""), name="transaction_noted"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.description} {self.amount} {self.currency}"

    @property
    def is_manual(self) -> bool:
        """Whether a person may change its day, amount and wording: no bank is read that would tell it again.

        A part of a split has those of its split.
        """
        return self.origin != Origin.PROVIDER and self.part_of_id is None


class TransactionTag(Owned):
    consent: ClassVar[str] = "bank_data"

    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transaction", "tag"], name="one_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.transaction_id}"
