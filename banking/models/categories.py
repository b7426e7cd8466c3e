"""What money is for, and with whom it was spent."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned


class CategoryKind(models.TextChoices):
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")
    TRANSFER = "transfer", _("Transfer")


class Category(Owned):
    """One category of a book. `code` names a system category; the user's own ones have none."""

    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=CategoryKind)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("part of")
    )
    code = models.CharField(max_length=40, blank=True)
    icon = models.CharField(max_length=40, default="circle")
    colour = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint("book", Lower("name"), name="category_name_once_per_book"),
            models.UniqueConstraint(
                fields=["book", "code"], condition=~models.Q(code=""), name="category_code_once_per_book"
            ),
        ]

    def __str__(self) -> str:
        return self.name


LONGEST_KEY = 120


class Merchant(Owned):
    """The other side of a transaction. `key` is the normalised wording that recognises it.

    `bank_name` is what it was called before a person renamed it, `category` where they want its rows to go. One that
    was merged into another stays, so that its key still recognises; its rows are the other one's.
    """

    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=LONGEST_KEY)
    bank_name = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="merchant_key_once_per_book")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """One or two letters in the place of a logo."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.name]
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def told_name(self) -> str:
        """What its bank, or whoever typed it first, calls it."""
        return self.bank_name or self.name


class Tag(Owned):
    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint("book", Lower("name"), name="tag_name_once_per_book")]

    def __str__(self) -> str:
        return self.name
