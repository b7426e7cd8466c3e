"""What a person means to spend, and what they moved from one budget to another."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models import Category
from banking.money import AmountField
from budgeting.carrying import Rollover
from budgeting.items import RecurringItem
from budgeting.periods import EPOCH, Cycle, Kind, Shift

__all__ = ["KINDS", "ROLLOVERS", "SHIFTS", "Budget", "BudgetMode", "BudgetMove", "InPeriods", "Mode", "RecurringItem"]

KINDS: list[tuple[str, Any]] = [
    (Kind.MONTH.value, _("Month")),
    (Kind.WEEK.value, _("Week")),
    (Kind.TWO_WEEKS.value, _("Two weeks")),
    (Kind.FOUR_WEEKS.value, _("Four weeks")),
    (Kind.QUARTER.value, _("Quarter")),
    (Kind.YEAR.value, _("Year")),
    (Kind.FISCAL_YEAR.value, _("Fiscal year")),
    (Kind.CUSTOM_MONTH.value, _("Month from a day of its own")),
]
SHIFTS: list[tuple[str, Any]] = [
    (Shift.NONE.value, _("Stays there")),
    (Shift.BEFORE.value, _("Friday before")),
    (Shift.AFTER.value, _("Monday after")),
]
ROLLOVERS: list[tuple[str, Any]] = [
    (Rollover.NONE.value, _("Nothing: each period begins anew")),
    (Rollover.SURPLUS.value, _("What is left over")),
    (Rollover.BOTH.value, _("What is left over, and what was overspent")),
]


class Mode(models.TextChoices):
    """Limits say what may be spent. In envelopes is the money that there is, and every coin of it has a job."""

    LIMITS = "limits", _("Limits")
    ENVELOPES = "envelopes", _("Envelopes")


class BudgetMode(Owned):
    """How a book plans; one that has none plans with limits."""

    consent: ClassVar[str] = "ledger"

    mode = models.CharField(_("way of planning"), max_length=9, choices=Mode, default=Mode.LIMITS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book"], name="one_mode_per_book")]

    def __str__(self) -> str:
        return self.mode


class InPeriods(Owned):
    """A row about a period: the columns of a plain `Cycle`, and the first day of the period."""

    period = models.CharField(_("period"), max_length=12, choices=KINDS, default=Kind.MONTH.value)
    anchor = models.DateField(default=EPOCH)
    first_day = models.PositiveSmallIntegerField(
        _("first day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    first_month = models.PositiveSmallIntegerField(
        _("first month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    shift = models.CharField(_("on a weekend"), max_length=6, choices=SHIFTS, default=Shift.NONE.value)
    start = models.DateField(_("first day of the period"))

    class Meta:
        abstract = True

    @property
    def cycle(self) -> Cycle:
        return Cycle(Kind(self.period), self.anchor, self.first_day, self.first_month, Shift(self.shift))


class Budget(InPeriods):
    """What may be spent under a category, from the period that begins at `start` until `end`, which is exclusive.

    Without an end it holds on. Where several hold in a period the one that began last counts. A category includes
    those inside it, save those that have a budget of their own in the same period. One of a member is for the accounts
    of that member; one without is shared, for what is in no budget of a member.
    """

    consent: ClassVar[str] = "ledger"

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("category"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    end = models.DateField(null=True, blank=True)
    amount = AmountField(_("amount"))
    currency = models.CharField(max_length=8)
    rollover = models.CharField(
        _("goes on into the next period"), max_length=7, choices=ROLLOVERS, default=Rollover.NONE.value
    )
    cap = AmountField(_("at most"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "category", "period", "start"],
                condition=models.Q(member=None),
                name="one_budget_per_period",
            ),
            models.UniqueConstraint(
                fields=["book", "category", "period", "start", "member"],
                condition=models.Q(member__isnull=False),
                name="one_budget_per_member",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(condition=models.Q(cap=None) | models.Q(cap__gte=0), name="cap_not_negative"),
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(end__gt=models.F("start")), name="budget_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.period} {self.start}"

    @property
    def repeats(self) -> bool:
        """Whether it holds for more than its first period."""
        return self.end is None or self.cycle.period_of(self.start).end < self.end


class BudgetMove(InPeriods):
    """What was taken from one budget of a period and given to another one; without one of them, from or to what is
    to assign."""

    consent: ClassVar[str] = "ledger"

    source = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("from")
    )
    source_member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    target = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("to")
    )
    target_member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    amount = AmountField(_("amount"))
    currency = models.CharField(max_length=8)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="something_is_moved"),
            models.CheckConstraint(
                condition=models.Q(source__isnull=False) | models.Q(target__isnull=False),
                name="moved_from_or_to_a_budget",
            ),
            models.CheckConstraint(
                condition=~(
                    models.Q(source=models.F("target"))
                    & (
                        models.Q(source_member=None, target_member=None)
                        | models.Q(source_member=models.F("target_member"))
                    )
                ),
                name="moved_somewhere_else",
            ),
        ]
        indexes = [models.Index(fields=["book", "start"], name="budget_move_by_period")]

    def __str__(self) -> str:
        return f"{self.start}: {self.source_id} to {self.target_id}"
