"""Filters of the list that people come back to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned

LONGEST_QUERY = 2_000


class SavedView(Owned):
    """A name for a query string of the list. Of one person, or without one of all members."""

    consent: ClassVar[str] = "ledger"

    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=LONGEST_QUERY)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.user_id is None
