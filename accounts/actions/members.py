"""Who may look at or change a book."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit, queries
from accounts.models import INVITATION_LIFETIME, AuditKind, Book, Invitation, Membership, Role, User
from accounts.origin import NOWHERE, Origin


class AlreadyMember(Exception):
    """This person is in the book already."""


class LastOwner(Exception):
    """A book must keep an owner."""


class NoSuchInvitation(Exception):
    """The link was never good, was withdrawn, was used, or has expired."""


class WrongPerson(Exception):
    """The invitation went to an address that is not among the confirmed ones of this user."""


def digest_of(token: str) -> str:
    """What is stored of the token in an invitation's link."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def grant(*, book: Book, user: User, role: str, by: User | None, now: datetime) -> Membership:
    """Make somebody a member; raise AlreadyMember."""
    membership, is_new = Membership.objects.get_or_create(
        book=book, user=user, defaults={"role": role, "created_at": now}
    )
    if not is_new:
        raise AlreadyMember
    if user.default_book_id is None:
        user.default_book = book
        user.save(update_fields=["default_book"])
    audit.record(kind=AuditKind.ROLE_CHANGED, subject=user, book=book, by=by, now=now, details={"role": role})
    return membership


@transaction.atomic
def arrange_dashboard(
    *, membership: Membership, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Keep how a member wants the dashboard of the book: what `change` makes of how it was."""
    row = Membership.objects.select_for_update().get(pk=membership.pk)
    row.dashboard = dict(change(row.dashboard))
    row.save(update_fields=["dashboard"])
    kept: Mapping[str, Any] = row.dashboard
    return kept


@transaction.atomic
def change_role(*, book: Book, user: User, role: str, by: User, now: datetime, origin: Origin = NOWHERE) -> Membership:
    """Give a member another role; raise LastOwner, Membership.DoesNotExist."""
    membership = _locked(book, user)
    if membership.role == role:
        return membership
    if membership.role == Role.OWNER:
        _leave_an_owner(book, user)
        _withdraw_those_of(book, user)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        kind=AuditKind.ROLE_CHANGED, subject=user, book=book, by=by, origin=origin, now=now, details={"role": role}
    )
    return membership


@transaction.atomic
def remove(*, book: Book, user: User, by: User, now: datetime, origin: Origin = NOWHERE) -> None:
    """Take a member out of the book, or let them leave; raise LastOwner, Membership.DoesNotExist."""
    membership = _locked(book, user)
    if membership.role == Role.OWNER:
        _leave_an_owner(book, user)
        _withdraw_those_of(book, user)
    membership.delete()
    User.objects.filter(pk=user.pk, default_book=book).update(default_book=None)
    audit.record(kind=AuditKind.MEMBER_REMOVED, subject=user, book=book, by=by, origin=origin, now=now)


@transaction.atomic
def invite(
    *, book: Book, email: str, role: str, by: User, now: datetime, origin: Origin = NOWHERE
) -> tuple[Invitation, str]:
    """The invitation and the token for its link, which is not stored; an open one to the same address is replaced.

    Raise AlreadyMember.
    """
    email = email.strip().lower()
    if Membership.objects.filter(book=book, user__email=email).exists():
        raise AlreadyMember
    Book.objects.select_for_update().get(pk=book.pk)
    Invitation.objects.filter(book=book, email=email, accepted_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        book=book,
        email=email,
        role=role,
        digest=digest_of(token),
        invited_by=by,
        created_at=now,
        expires_at=now + INVITATION_LIFETIME,
    )
    audit.record(
        kind=AuditKind.INVITATION_SENT, subject=by, book=book, by=by, origin=origin, now=now, details={"role": role}
    )
    return invitation, token


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime, origin: Origin = NOWHERE) -> None:
    """Make an open invitation's link useless."""
    audit.record(kind=AuditKind.INVITATION_WITHDRAWN, subject=by, book=invitation.book, by=by, origin=origin, now=now)
    invitation.delete()


@transaction.atomic
def accept(*, token: str, user: User, now: datetime, origin: Origin = NOWHERE) -> Membership:
    """Use an invitation; raise NoSuchInvitation, or WrongPerson or AlreadyMember (it then stays open)."""
    found = queries.invitations(digest=digest_of(token), now=now).select_for_update(of=("self",))
    invitation = found.first()
    if invitation is None:
        raise NoSuchInvitation
    if not queries.is_for(invitation=invitation, user=user):
        raise WrongPerson
    membership = grant(book=invitation.book, user=user, role=invitation.role, by=invitation.invited_by, now=now)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    audit.record(
        kind=AuditKind.INVITATION_ACCEPTED, subject=user, book=invitation.book, by=user, origin=origin, now=now
    )
    return membership


def _locked(book: Book, user: User) -> Membership:
    """The membership, with the book locked so that two owners cannot leave at once."""
    Book.objects.select_for_update().get(pk=book.pk)
    return Membership.objects.get(book=book, user=user)


def _withdraw_those_of(book: Book, user: User) -> None:
    """Who is no owner any more can let nobody in: not even themselves, through another address."""
    Invitation.objects.filter(book=book, invited_by=user, accepted_at=None).delete()


def _leave_an_owner(book: Book, user: User) -> None:
    if not Membership.objects.filter(book=book, role=Role.OWNER).exclude(user=user).exists():
        raise LastOwner
