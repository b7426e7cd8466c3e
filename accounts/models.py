"""People, their books, and what is remembered about who may do what."""

import hashlib
import json
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.owned import Owned
from accounts.plain import plain_text

__all__ = ["Owned"]


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")

    @property
    def rank(self) -> int:
        return {"viewer": 1, "editor": 2, "owner": 3}[self.value]

    def includes(self, other: str) -> bool:
        """Whether this role may do what the other may."""
        return self.rank >= Role(other).rank


class BookKind(models.TextChoices):
    PERSONAL = "personal", _("Personal")
    HOUSEHOLD = "household", _("Household")
    BUSINESS = "business", _("Business")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None) -> "User":
        user = self.create_user(email, password)
        user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_staff", "is_superuser"])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the user name, without regard to case."""

    email = models.EmailField(_("e-mail address"), unique=True, max_length=254)
    name = models.CharField(_("name"), max_length=100, blank=True, validators=[plain_text])
    avatar_url = models.URLField(blank=True, max_length=500)
    locale = models.CharField(_("language and region"), max_length=20, default="en-US")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    default_book = models.ForeignKey("Book", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's signature
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_short_name(self) -> str:
        return self.name or self.email.partition("@")[0]


def _known_zone(name: str) -> None:
    if name not in zones.names():
        raise ValidationError(_("This time zone is not known."), code="zone")


class Book(models.Model):
    """A set of books: one person's, one household's or one business's money."""

    kind = models.CharField(max_length=10, choices=BookKind)
    name = models.CharField(_("name"), max_length=100, validators=[plain_text])
    currency = models.CharField(
        _("currency"), max_length=3, default="USD", validators=[RegexValidator(r"^[A-Z]{3}$", _("Three letters."))]
    )
    fiscal_month = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    fiscal_day = models.PositiveSmallIntegerField(
        _("fiscal year starts on day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[_known_zone])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    def today(self, now: datetime) -> date:
        """The day it is in this book at that moment."""
        return now.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()


class Membership(models.Model):
    """Who may look at or change a book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    dashboard = models.JSONField(default=dict, blank=True)
    """How this person arranged the dashboard of this book; what it holds `reports.widgets` says."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "user"], name="one_membership_per_book")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.book_id}"

    def may(self, role: str) -> bool:
        return Role(self.role).includes(role)

    @property
    def may_edit(self) -> bool:
        return self.may(Role.EDITOR)


class Invitation(models.Model):
    """A link sent by e-mail that lets its reader into a book once. Only a digest of the link is kept."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=6, choices=Role)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "email"], condition=models.Q(accepted_at=None), name="one_open_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.book_id}"


class SignIn(models.Model):
    """One signed-in mobile client or script: a family of refresh tokens of which only the newest is good.

    `password_mark` is the session digest of the password it was made under; another password ends it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    sid = models.CharField(max_length=64, unique=True)
    jti = models.CharField(max_length=64)
    password_mark = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("sign-in"), _("sign-ins")

    def __str__(self) -> str:
        return f"sign-in {self.pk} of {self.user_id}"

    def is_good(self, now: datetime) -> bool:
        """Not ended, not expired, its user active and the password still the same. Needs `user` loaded."""
        lives = self.revoked_at is None and self.expires_at > now and self.user.is_active
        return lives and constant_time_compare(self.password_mark, self.user.get_session_auth_hash())


class IdempotencyKey(models.Model):
    """The first answer to a request that creates, kept so that its repetition creates nothing again.

    `caller` is whose key it is: a user, or before there is one a digest of the address that signs up. `answer` is
    encrypted.
    """

    caller = models.CharField(max_length=80)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"key {self.pk} of {self.caller}"


class AuditKind(models.TextChoices):
    SIGN_UP = "sign_up", _("Signed up")
    SIGN_IN = "sign_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    SIGN_OUT = "sign_out", _("Signed out")
    SESSIONS_ENDED = "sessions_ended", _("Other devices signed out")
    TOKEN_ISSUED = "token_issued", _("API client signed in")
    TOKEN_REUSED = "token_reused", _("Old API token used again; that client was signed out")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    EMAIL_CHANGED = "email_changed", _("E-mail address confirmed or changed")
    MFA_CHANGED = "mfa_changed", _("Second factor changed")
    MFA_FAILED = "mfa_failed", _("Wrong second factor")
    GOOGLE_CHANGED = "google_changed", _("Google sign-in changed")
    BOOK_OPENED = "book_opened", _("Book opened")
    INVITATION_SENT = "invitation_sent", _("Invitation sent")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    ROLE_CHANGED = "role_changed", _("Role changed")
    MEMBER_REMOVED = "member_removed", _("Member removed")
    LINKED = "linked", _("Bank linked")
    UNLINKED = "unlinked", _("Bank unlinked")
    EXPORTED = "exported", _("Data exported")
    STAFF_READ = "staff_read", _("Looked at by staff")
    STAFF_CHANGED = "staff_changed", _("Changed by staff")


class AuditChain(models.Model):
    """The end of one chain of audit events: of a person, of a book, or of strangers.

    Its row is locked while an event is added; its digest shows whether the newest events were cut off. The seal is over
    the digest under `settings.ENCRYPTION_KEYS`: who can write to the database only cannot make one.
    """

    name = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One thing that happened to a person's sign-in, data or permissions. Rows are only ever added.

    Each row carries a digest over itself and the row before it in its chain, so that tampering shows. Erasing a person
    or a book empties `subject` or `book`; the chain's name stays as the pseudonym.
    """

    chain = models.CharField(max_length=40, default="")
    at = models.DateTimeField()
    subject = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="audit_events")
    actor = models.CharField(max_length=64, blank=True)
    book = models.ForeignKey(Book, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=40, choices=AuditKind)
    address = models.GenericIPAddressField(null=True, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["book", "-id"], name="audit_by_book"),
            models.Index(fields=["chain", "id"], name="audit_by_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    def computed_digest(self) -> str:
        """What `digest` must be."""
        moment = self.at.astimezone(UTC).isoformat()
        said = [self.chain, self.previous, moment, self.actor, self.kind, self.address, self.details]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


INVITATION_LIFETIME = timedelta(days=7)
