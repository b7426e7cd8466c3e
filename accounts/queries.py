"""Every read about people and books."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Book, Invitation, Membership, Role, SignIn, User


def memberships(*, user: User) -> list[Membership]:
    """The user's books with roles, oldest first; one query."""
    return list(Membership.objects.filter(user=user).select_related("book").order_by("created_at", "id"))


def owners_of_namesakes(*, mine: Sequence[Membership]) -> dict[int, str]:
    """{book: its owner's name} of the books among these that are called alike; a query only where there are any."""
    names = Counter(each.book.name.casefold() for each in mine)
    alike = [each.book_id for each in mine if names[each.book.name.casefold()] > 1]
    if not alike:
        return {}
    owners = Membership.objects.filter(book__in=alike, role=Role.OWNER).select_related("user")
    return {each.book_id: each.user.get_short_name() for each in owners.order_by("-created_at", "-id")}


def membership(*, user: User, book_id: int | None) -> Membership | None:
    """The role in that book, else in the default book, else in the oldest; None only for a user without books."""
    return chosen(memberships(user=user), user=user, book_id=book_id)


def chosen(mine: Sequence[Membership], *, user: User, book_id: int | None) -> Membership | None:
    """As `membership`, of memberships at hand; no query."""
    wanted = {m.book_id: m for m in mine}
    return wanted.get(book_id or 0) or wanted.get(user.default_book_id or 0) or (mine[0] if mine else None)


def time_zone_of(*, user: User) -> str:
    """Where the user is, as their default book knows it; UTC for a user without books."""
    mine = membership(user=user, book_id=None)
    return mine.book.time_zone if mine else "UTC"


def membership_of(*, user: User, book_id: int) -> Membership | None:
    """The role in exactly that book."""
    return next(iter(Membership.objects.filter(user=user, book_id=book_id).select_related("book")), None)


def members(*, book: Book) -> QuerySet[Membership]:
    """Everybody in the book with their user, the longest in it first."""
    return Membership.objects.filter(book=book).select_related("user").order_by("created_at", "id")


def of_book(*, book: Book, kept: Iterable[int | None] = ()) -> dict[int, str]:
    """{person: name} where a book has several members, or things of who is none any more; else nobody.

    Who is named in `kept` and has left comes last, and is called so; one query, two where somebody has.
    """
    named = {each.user_id: each.user.get_short_name() for each in members(book=book)}
    others = {pk for pk in kept if pk is not None and pk not in named}
    gone = User.objects.filter(pk__in=others).order_by("pk") if others else ()
    left = {each.pk: _("%(name)s (left)") % {"name": each.get_short_name()} for each in gone}
    return {**named, **left} if len(named) > 1 or left else {}


def fellows(*, user: User) -> dict[int, str]:
    """{person: name} of everybody who shares a book with the user, who is among them; one query."""
    mine = Membership.objects.filter(user=user).values("book_id")
    people = User.objects.filter(memberships__book_id__in=mine).distinct()
    return {each.pk: each.get_short_name() for each in people}


def is_last_owner(*, membership: Membership) -> bool:
    """Whether the book would be left without an owner."""
    others = Membership.objects.filter(book=membership.book_id, role=Role.OWNER).exclude(pk=membership.pk)
    return membership.role == Role.OWNER and not others.exists()


def open_invitations(*, book: Book, now: datetime) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, newest first."""
    return Invitation.objects.filter(book=book, accepted_at=None, expires_at__gt=now).order_by("-created_at", "-id")


def invitations(*, digest: str, now: datetime) -> QuerySet[Invitation]:
    """The open invitation behind a link, with its book and who sent it; none of somebody whose account is closed."""
    found = Invitation.objects.filter(digest=digest, accepted_at=None, expires_at__gt=now, invited_by__is_active=True)
    return found.select_related("book", "invited_by").order_by("id")


def is_for(*, invitation: Invitation, user: User) -> bool:
    """Whether the invitation went to a confirmed address of the user."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists())


def sign_in(*, sid: str) -> SignIn | None:
    """The API sign-in that a token names, with its user."""
    return next(iter(SignIn.objects.select_related("user").filter(sid=sid)), None)


def sign_ins(*, user: User, now: datetime) -> list[SignIn]:
    """API clients that are signed in, the last used first."""
    rows = SignIn.objects.filter(user=user, revoked_at=None, expires_at__gt=now).select_related("user")
    return [row for row in rows.order_by("-used_at", "-id") if row.is_good(now)]


def audit_events(*, user: User) -> QuerySet[AuditEvent]:
    """What happened to the user, and to the books they own, newest first."""
    owned = Membership.objects.filter(user=user, role=Role.OWNER).values("book_id")
    found = AuditEvent.objects.filter(Q(subject=user) | Q(book_id__in=owned))
    return found.select_related("book", "subject").order_by("-id")


def has_verified_email(*, user: User) -> bool:
    """Whether the user has shown that the address they sign in with is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists())
