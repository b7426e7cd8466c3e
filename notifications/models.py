"""What people were told, how it travels to them, and how they want it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField
from accounts.models import Owned
from notifications.kinds import KINDS, Channel, Kind

KEPT = timedelta(days=400)


class Notification(Owned):
    """One event told to one person, once. `shown` ones stand in the centre."""

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = KEPT

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    period = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    private_body = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    shown = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "user", "kind", "key", "period"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["book", "user", "-id"], condition=Q(shown=True), name="told_to_person"),
            models.Index(fields=["book", "user"], condition=Q(shown=True, read_at=None), name="told_and_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} to {self.user_id}"

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]


class Device(models.Model):
    """Where a person can be reached besides: a browser that takes pushes, or a phone.

    `secret` is the number, or the subscription as JSON; `digest` tells whether it is there already; `hint` is what may
    be shown of it.
    """

    class Kind(models.TextChoices):
        PUSH = "push", _("Browser")
        PHONE = "phone", _("Phone")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    key = models.CharField(max_length=32, unique=True)
    secret = EncryptedField(bound_to="key", null=True)
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_device_per_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.user_id}"


class Delivery(Owned):
    """One notification on its way over one channel. Those of one `parcel` travel as one message.

    It is due while it is pending and `next_at` has come. A worker that takes it moves `next_at` on, so that it is due
    again if that worker dies; `claimed_at` stays until the outcome is known.
    """

    consent: ClassVar[str] = "bank_data"
    keep_for: ClassVar[timedelta | None] = KEPT

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        LEFT_OUT = "left_out", _("Left out")

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6, choices=Channel)
    device = models.ForeignKey(Device, null=True, on_delete=models.CASCADE, related_name="+")
    parcel = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], condition=Q(device=None), name="one_delivery_per_channel"
            ),
            models.UniqueConstraint(fields=["notification", "channel", "device"], name="one_delivery_per_device"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="pending"), name="delivery_due"),
            models.Index(fields=["parcel"], name="delivery_by_parcel"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.notification_id}: {self.state}"


class Preference(models.Model):
    """A person's own choice for one kind of event and one channel; without one the kind's usual channels are on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=6, choices=Channel)
    on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_preference")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} by {self.channel} {'on' if self.on else 'off'}"


class Manner(models.Model):
    """How a person wants to be told: quiet hours by their own clock, e-mails collected, amounts on locked screens."""

    class Digest(models.TextChoices):
        NONE = "none", _("Each at once")
        DAILY = "daily", _("Once a day, at 8")
        WEEKLY = "weekly", _("Once a week, Mondays at 8")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    digest = models.CharField(_("e-mails"), max_length=6, choices=Digest, default=Digest.NONE)
    amounts = models.BooleanField(_("amounts in pushes and text messages"), default=False)

    def __str__(self) -> str:
        return f"manner of {self.user_id}"


class Texts(models.Model):
    """How many text messages there were on a day, by UTC: of a person, as codes to a number, or of all."""

    day = models.DateField()
    counted = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "counted"], name="texts_of_a_day")]

    def __str__(self) -> str:
        return f"{self.count} texts on {self.day}: {self.counted}"
