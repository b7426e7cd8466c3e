"""Exchange rates: those a book typed in, and those of the European Central Bank, which are nobody's own."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.exchange import RateField

PIVOT = "EUR"
"""What reference rates are quoted in, and what others are crossed through."""
ECB = "ECB"


class Rate(Owned):
    """What one of the base was worth of the quote on a day, as a person typed it; one of a pair and day either way."""

    consent: ClassVar[str] = "ledger"

    day = models.DateField(_("day"))
    base = models.CharField(_("one of"), max_length=8)
    quote = models.CharField(_("is worth of"), max_length=8)
    rate = RateField(_("rate"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_of_something"),
            models.CheckConstraint(condition=~models.Q(base=models.F("quote")), name="rate_of_two_currencies"),
            models.UniqueConstraint(
                "book", Least("base", "quote"), Greatest("base", "quote"), "day", name="one_rate_per_pair_and_day"
            ),
        ]
        indexes = [models.Index(fields=["book", "-day", "-id"], name="rate_list")]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.day}"


class ReferenceRate(models.Model):
    """What a euro was worth of the currency on a day, as the European Central Bank published it; for all books."""

    day = models.DateField()
    currency = models.CharField(max_length=8)
    rate = RateField()
    source = models.CharField(max_length=8, default=ECB)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="reference_rate_of_something"),
            models.UniqueConstraint(fields=["currency", "day"], name="one_reference_rate_per_day"),
        ]

    def __str__(self) -> str:
        return f"{PIVOT}/{self.currency} {self.day}"
