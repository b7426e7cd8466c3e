"""The two stored aggregates. Written only by `banking.totals`, which can also rebuild them."""

from typing import ClassVar

from django.db import models

from accounts.models import Owned
from banking.models.categories import Category
from banking.models.connections import Account
from banking.money import AmountField


class DayTotal(Owned):
    """What moved in an account on a day: every posted row in the account's own currency.

    A row that the user discarded is still booked at the bank, and so it is in here.
    """

    consent: ClassVar[str] = "bank_data"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    amount = AmountField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="one_total_per_day")]
        indexes = [models.Index(fields=["book", "day"], name="day_total_by_book")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"


class MonthTotal(Owned):
    """What counts in a month by account, category and currency: posted rows that are not left out."""

    consent: ClassVar[str] = "bank_data"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    currency = models.CharField(max_length=8)
    money_in = AmountField()
    money_out = AmountField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month", "category", "currency"], name="one_total_per_month_and_category"
            )
        ]
        indexes = [models.Index(fields=["book", "month"], name="month_total_by_book")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m} {self.category_id}"
