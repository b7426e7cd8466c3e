"""What a person saves for or pays off, what they put aside for it, and which parts of accounts are for it."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models import Account
from banking.money import AmountField
from goals.planning.debts import Loan, Owed, Strategy
from goals.planning.sharing import Claim

LONGEST_NAME = 120
FIRST, LAST, PRIORITY = 1, 9, 5
STRATEGIES: list[tuple[str, Any]] = [
    (Strategy.AVALANCHE.value, _("Avalanche: the dearest debt first")),
    (Strategy.SNOWBALL.value, _("Snowball: the quickest debt first")),
    (Strategy.CONSOLIDATION.value, _("Consolidation: one new loan")),
]


class GoalKind(models.TextChoices):
    SAVING = "saving", _("Saving")
    DEBT = "debt", _("Paying off debts")


class GoalState(models.TextChoices):
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    ARCHIVED = "archived", _("Archived")


class Goal(Owned):
    """One aim. Of saving it has a target, and a day (`due_on`) or a pace (so much each month); of debts it has those.

    `priority` says in which order goals share an account that holds too little, the least first, then the oldest.
    `started_on` is the day from which months count; a pause moves it.
    """

    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    kind = models.CharField(_("kind"), max_length=6, choices=GoalKind, default=GoalKind.SAVING)
    target = AmountField(_("target"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=8)
    due_on = models.DateField(_("by"), null=True, blank=True)
    pace = AmountField(_("each month"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=PRIORITY, validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)]
    )
    state = models.CharField(_("state"), max_length=9, choices=GoalState, default=GoalState.OPEN)
    started_on = models.DateField()
    paused_on = models.DateField(null=True, blank=True)
    strategy = models.CharField(_("strategy"), max_length=13, choices=STRATEGIES, default=Strategy.AVALANCHE.value)
    extra = AmountField(_("extra payment each month"), default=0)
    loan_rate = AmountField(_("rate of the loan"), null=True, blank=True)
    loan_fee = AmountField(_("fee of the loan"), default=0)
    loan_months = models.PositiveSmallIntegerField(_("months of the loan"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "name"], name="one_goal_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(kind="debt", target=None, pace=None)
                | models.Q(kind="saving", target__gt=0, due_on=None, pace__gt=0)
                | models.Q(kind="saving", target__gt=0, due_on__isnull=False, pace=None),
                name="goal_has_a_target_and_a_day_or_a_pace",
            ),
            models.CheckConstraint(condition=models.Q(extra__gte=0), name="goal_extra_not_negative"),
        ]
        indexes = [models.Index(fields=["book", "priority", "id"], name="goals_by_priority")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_debt(self) -> bool:
        return self.kind == GoalKind.DEBT

    @property
    def is_open(self) -> bool:
        return self.state == GoalState.OPEN

    @property
    def loan(self) -> Loan | None:
        if self.loan_rate is None or self.loan_months is None:
            return None
        return Loan(self.loan_rate, self.loan_fee, self.loan_months)


class EarMark(Owned):
    """The part of an account that is for a goal: an amount or a percentage of its balance, never both."""

    consent: ClassVar[str] = "ledger"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    amount = AmountField(_("amount"), null=True, blank=True)
    percent = AmountField(_("percent"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "account"], name="one_ear_mark_per_goal_and_account"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, percent=None) | models.Q(amount=None, percent__gt=0, percent__lte=100),
                name="ear_mark_is_an_amount_or_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} in {self.account_id}"

    @property
    def claim(self) -> Claim:
        return Claim(self.pk, self.amount, self.percent)


class Debt(Owned):
    """Something owed, typed in by hand: `first` is what was owed then, `balance` is now; the rate in percent a year."""

    consent: ClassVar[str] = "ledger"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    first = AmountField(_("owed at first"))
    balance = AmountField(_("owed now"))
    rate = AmountField(_("percent a year"))
    minimum = AmountField(_("minimum payment"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "name"], name="one_debt_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(first__gte=0, balance__gte=0, rate__gte=0, minimum__gte=0),
                name="debt_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.name}"

    @property
    def owed(self) -> Owed:
        return Owed(self.name, self.balance, self.rate, self.minimum)


class Contribution(Owned):
    """Money put aside for a goal, negative where it was taken out again; of debts a payment of one of them."""

    consent: ClassVar[str] = "ledger"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    debt = models.ForeignKey(Debt, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    amount = AmountField(_("amount"))
    day = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="contribution_not_zero")]
        indexes = [models.Index(fields=["goal", "day", "id"], name="contributions_by_day")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.day}"
