"""A person's own rules, and their runs over what was there before."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned
from banking.models.categories import Category
from journal.models import Operation


class Rule(Owned):
    """The user's own word on what belongs to a transaction; stronger than all other evidence.

    Tried in the order of `position` and `id`. `conditions` and `actions` are JSON as `banking.ruling` reads it, save
    that the category is the column. A rule whose category is archived rests.
    """

    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=120)
    position = models.IntegerField(default=0)
    active = models.BooleanField(_("on"), default=True)
    stop = models.BooleanField(_("stop here"), default=False)
    conditions = models.JSONField()
    actions = models.JSONField(default=dict, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="rule_has_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def effects(self) -> dict[str, Any]:
        """The actions as the API and `banking.ruling` have them, with the category."""
        return {**({"category_id": self.category_id} if self.category_id else {}), **self.actions}


class RuleRun(Owned):
    """One run of a rule, or of all, over the rows that are there; `operation` is what it changed."""

    consent: ClassVar[str] = "ledger"

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCESS = "success", _("Done")
        FAILED = "failed", _("Failed")

    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    name = models.CharField(max_length=120, blank=True)  # of the rule, which may be deleted since; empty: all rules
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    unsplit = models.PositiveIntegerField(default=0)
    operation = models.ForeignKey(Operation, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    heard_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["book", "-id"], name="rule_run_by_book")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.name or 'all rules'}"

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}

    @property
    def share(self) -> int:
        """How much has been looked at, in percent."""
        return min(100, 100 * self.looked_at // self.rows) if self.rows else 0


class DismissedSuggestion(Owned):
    """A rule that was suggested and that the user does not want, ever."""

    consent: ClassVar[str] = "ledger"

    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="suggestion_dismissed_once")]

    def __str__(self) -> str:
        return self.key
