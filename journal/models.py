"""Operations and the changes they made. Rows are known by model label and key only."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Owned


class Operation(Owned):
    """One thing a person or a machine did to a book.

    `undoes` names the operation that this one took back; `undone` says that what this one did does not stand, at the
    moment. What is `final` is never taken back. `model` and `key` name the row that it is called by, of `size` changes.
    """

    consent: ClassVar[str] = "ledger"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    undone = models.BooleanField(default=False)
    final = models.BooleanField(default=False)
    model = models.CharField(max_length=60, blank=True)
    key = models.BigIntegerField(null=True)
    size = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["book", "-at", "-id"], name="operation_by_book")]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"

    def meant(self) -> "Operation":
        """What an undo or a redo is about, else the operation itself; load `undoes__undoes` with it."""
        return self.undoes.meant() if self.undoes else self

    @property
    def may_undo(self) -> bool:
        return not (self.undone or self.final)


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
