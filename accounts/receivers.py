"""What follows from allauth's events: ended sign-ins, audit events."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import actions, audit, origin
from accounts.models import AuditKind, User


@receiver(account.user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **_: Any) -> None:  # Django's receiver signature, as below
    audit.record(kind=AuditKind.SIGN_IN, subject=user, by=user, origin=origin.of(request))


@receiver(auth.user_login_failed)
def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    subject = User.objects.filter(email=email).first()
    where = origin.of(request) if request else origin.NOWHERE
    audit.record(kind=AuditKind.SIGN_IN_FAILED, subject=subject, origin=where)


@receiver(auth.user_logged_out)
def note_sign_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(kind=AuditKind.SIGN_OUT, subject=user, by=user, origin=origin.of(request))


@receiver(account.password_changed)
@receiver(account.password_set)
def note_new_password(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(kind=AuditKind.PASSWORD_CHANGED, subject=user, by=user, origin=origin.of(request))
    actions.end_all(user=user, now=timezone.now())


@receiver(account.password_reset)
def end_everything(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(
        kind=AuditKind.PASSWORD_CHANGED, subject=user, origin=origin.of(request), details={"by": "e-mailed link"}
    )
    actions.end_all(user=user, now=timezone.now())
    for session in UserSession.objects.filter(user=user):
        session.end()


@receiver(account.email_changed)
@receiver(account.email_added)
@receiver(account.email_removed)
@receiver(account.email_confirmed)
def note_email(request: HttpRequest, user: User | None = None, **details: Any) -> None:
    address = details.get("email_address") or details.get("to_email_address")
    subject = user if isinstance(user, User) else address.user if address else None
    audit.record(kind=AuditKind.EMAIL_CHANGED, subject=subject, by=subject, origin=origin.of(request))


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_removed)
@receiver(mfa.authenticator_reset)
def note_factor(request: HttpRequest, user: User, authenticator: Any, signal: Any, **_: Any) -> None:
    what = {mfa.authenticator_added: "added", mfa.authenticator_removed: "removed"}.get(signal, "renewed")
    details: dict[str, str | int] = {"factor": str(authenticator.type), "change": what}
    audit.record(kind=AuditKind.MFA_CHANGED, subject=user, by=user, origin=origin.of(request), details=details)


@receiver(mfa.authentication_failed)
def note_wrong_factor(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(kind=AuditKind.MFA_FAILED, subject=user, origin=origin.of(request))


@receiver(social.social_account_added)
@receiver(social.social_account_removed)
def note_google(request: HttpRequest, signal: Any, **_: Any) -> None:
    if request.user.is_authenticated:
        what = "connected" if signal is social.social_account_added else "disconnected"
        subject = User.objects.get(pk=request.user.pk)
        where = origin.of(request)
        audit.record(kind=AuditKind.GOOGLE_CHANGED, subject=subject, by=subject, origin=where, details={"change": what})
