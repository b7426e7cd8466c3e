"""What comes again and again: bills, subscriptions and income, found or typed in."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models import Account, Category, Merchant
from banking.models.categories import LONGEST_KEY
from banking.money import AmountField
from budgeting.recurring import Frequency, Rhythm
from budgeting.recurring.frequencies import MONTHS, WEEKS, month_of

FREQUENCIES: list[tuple[str, Any]] = [
    (Frequency.WEEKLY.value, _("Every week")),
    (Frequency.TWO_WEEKS.value, _("Every two weeks")),
    (Frequency.FOUR_WEEKS.value, _("Every four weeks")),
    (Frequency.TWICE_A_MONTH.value, _("Twice a month")),
    (Frequency.MONTHLY.value, _("Every month")),
    (Frequency.TWO_MONTHS.value, _("Every two months")),
    (Frequency.QUARTERLY.value, _("Every quarter")),
    (Frequency.HALF_YEARLY.value, _("Every half year")),
    (Frequency.YEARLY.value, _("Every year")),
]
EPOCH = date(1970, 1, 5)


class ItemState(models.TextChoices):
    SUGGESTED = "suggested", _("Suggested")
    CONFIRMED = "confirmed", _("Confirmed")
    IGNORED = "ignored", _("Ignored")
    ENDED = "ended", _("Ended")


class ItemSource(models.TextChoices):
    FOUND = "found", _("Found")
    TYPED = "typed", _("Typed in")


class RecurringItem(Owned):
    """One bill, subscription or income; positive is money in.

    It is met again by its merchant, or by the `wording` of rows without one, and by sign, currency and days.
    `edited` maps each field that a person set to the moment; what is found later never changes those. `next_on` is the
    first day on which it is still expected.
    """

    consent: ClassVar[str] = "bank_data"

    name = models.CharField(_("name"), max_length=120, blank=True)
    merchant = models.ForeignKey(Merchant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wording = models.CharField(max_length=LONGEST_KEY, blank=True)
    amount = AmountField(_("amount"))
    currency = models.CharField(max_length=8)
    frequency = models.CharField(_("how often"), max_length=14, choices=FREQUENCIES, default=Frequency.MONTHLY.value)
    anchor = models.DateField(default=EPOCH)
    first_day = models.PositiveSmallIntegerField(default=1)
    second_day = models.PositiveSmallIntegerField(null=True, blank=True)
    phase = models.PositiveIntegerField(default=12)
    next_on = models.DateField(_("next on"))
    state = models.CharField(max_length=9, choices=ItemState, default=ItemState.SUGGESTED)
    source = models.CharField(max_length=5, choices=ItemSource, default=ItemSource.FOUND)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    last_on = models.DateField(null=True, blank=True)
    last_amount = AmountField(null=True, blank=True)
    price_before = AmountField(null=True, blank=True)
    price_after = AmountField(null=True, blank=True)
    price_on = models.DateField(null=True, blank=True)
    trial_ends_on = models.DateField(_("trial ends on"), null=True, blank=True)
    edited = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="recurring_amount_not_zero"),
            models.CheckConstraint(
                condition=models.Q(first_day__gte=1, first_day__lte=31), name="recurring_day_of_the_month"
            ),
        ]
        indexes = [models.Index(fields=["book", "next_on", "id"], name="recurring_by_day")]

    def __str__(self) -> str:
        return f"{self.frequency} {self.next_on}"

    @property
    def called(self) -> str:
        """Its own name, else its merchant's; the caller has read the merchant."""
        return self.name or (self.merchant.name if self.merchant else self.wording)

    @property
    def rhythm(self) -> Rhythm:
        frequency = Frequency(self.frequency)
        if frequency in WEEKS:
            return Rhythm(frequency, anchor=self.anchor)
        days = (self.first_day,) if self.second_day is None else (self.first_day, self.second_day)
        return Rhythm(frequency, days=days, phase=self.phase)

    def follow(self, rhythm: Rhythm) -> None:
        """Keep what the rhythm says, in the columns that its frequency uses."""
        self.frequency, self.anchor = rhythm.frequency.value, rhythm.anchor
        self.first_day = rhythm.days[0] if rhythm.days else 1
        self.second_day = rhythm.days[1] if len(rhythm.days) > 1 else None
        self.phase = rhythm.phase


def rhythm_from(frequency: Frequency, day: date) -> Rhythm:
    """The rhythm of which that day is one; twice a month the other half begins fifteen days away."""
    if frequency in WEEKS:
        return Rhythm(frequency, anchor=day)
    if frequency == Frequency.TWICE_A_MONTH:
        first = day.day if day.day <= 15 else max(day.day - 15, 1)
        second = day.day if day.day > 15 else first + 15
        return Rhythm(frequency, days=(first, second), phase=month_of(day))
    return Rhythm(frequency, days=(day.day,), phase=month_of(day) % MONTHS[frequency] + 12)
