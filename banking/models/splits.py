"""What ties transactions together: the parts of a split, a refund and its purchase, what others still owe."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Owned
from banking.models.transactions import Transaction
from banking.money import AmountField


class Split(Owned):
    """That a transaction was divided into parts, which are transactions themselves (`Transaction.part_of`).

    `rest` is the part that takes what the bank changes in the amount later. `amount` is what was divided: where the
    transaction's own differs by now, a person should look at the parts again.
    """

    consent: ClassVar[str] = "ledger"

    transaction = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="split")
    rest = models.ForeignKey(Transaction, null=True, on_delete=models.SET_NULL, related_name="+")
    amount = AmountField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"split of {self.transaction_id}"


class RefundLink(Owned):
    """That `amount` (positive) of a refund, a transaction of money in, belongs to a purchase.

    `filed` is how the refund was filed before it took the category of the purchase.
    """

    consent: ClassVar[str] = "ledger"

    refund = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="refund_links", db_index=False)
    purchase = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="refunded_by")
    amount = AmountField()
    filed: "models.JSONField[Any, Any]" = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "purchase"], name="one_link_per_refund_and_purchase"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_link_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} refunds {self.purchase_id}"


class Reimbursement(Owned):
    """That others owe `amount` (positive) of a purchase back. What its refunds bring makes it less."""

    consent: ClassVar[str] = "ledger"

    purchase = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="reimbursement")
    amount = AmountField()
    who = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="reimbursement_of_something")]

    def __str__(self) -> str:
        return f"owed of {self.purchase_id}"
