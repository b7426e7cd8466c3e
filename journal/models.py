"""Operations and the changes they made. Rows are known by model label and key only."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Owned


class Operation(Owned):
    """One thing a person or a machine did to a book."""

    consent: ClassVar[str] = "ledger"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["book", "-at", "-id"], name="operation_by_book")]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"


class Change(Owned):
    """One row before and after, the fields that differ: `before` is null for a created row, `after` for a deleted."""

    consent: ClassVar[str] = "ledger"

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField(max_length=60)
    key = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["book", "model", "key", "-id"], name="change_by_row")]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
