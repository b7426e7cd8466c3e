"""Every read of notifications. What is in a book takes `book`, what is a person's own takes `user`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Book, Membership, User
from notifications import rules
from notifications.channels import configured
from notifications.kinds import KINDS, Channel, Kind
from notifications.models import Delivery, Device, Manner, Notification, Preference

MOST_COUNTED = 99
NOTHING = _("There is no such notification.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind with the channels that are on for somebody."""

    kind: Kind
    on: frozenset[Channel]


Chosen = dict[tuple[int, str], frozenset[Channel]]
"""The channels that are on, by person and kind."""


def centre(*, book: Book, user: User, unread: bool = False) -> QuerySet[Notification]:
    """What the person was told in the book, the newest first; all or what is unread."""
    rows = Notification.objects.filter(book=book, user=user, shown=True)
    return (rows.filter(read_at=None) if unread else rows).order_by("-id")


def notification(*, book: Book, user: User, pk: int) -> Notification:
    """One of them; raise Notification.DoesNotExist."""
    return centre(book=book, user=user).get(pk=pk)


def unread_count(*, book: Book, user: User) -> int:
    """How many are unread, one more than MOST_COUNTED at most; one query."""
    return centre(book=book, user=user, unread=True)[: MOST_COUNTED + 1].count()


def chosen(*, users: Iterable[User], kinds: Iterable[str]) -> Chosen:
    """What is on for each of these people, of all channels; one query."""
    people, names = [user.pk for user in users], list(kinds)
    found = {(pk, name): set(KINDS[name].usual) for pk in people for name in names}
    for row in Preference.objects.filter(user__in=people, kind__in=names):
        on = found[row.user_id, row.kind]
        (on.add if row.on else on.discard)(Channel(row.channel))
    return {at: frozenset(on) for at, on in found.items()}


def choices(*, user: User) -> list[Choice]:
    """Each kind that can happen here, with the channels that are on."""
    kinds = rules.offered()
    found = chosen(users=[user], kinds=kinds)
    return [Choice(KINDS[name], found[user.pk, name]) for name in kinds]


def channels() -> list[Channel]:
    """Those that this installation has."""
    return [channel for channel in Channel if channel == Channel.IN_APP or configured(channel)]


def manner(*, user: User) -> Manner:
    """The stored one, or an unsaved one with what is usual."""
    return Manner.objects.filter(user=user).first() or Manner(user=user)


def manners(*, users: Iterable[User]) -> dict[int, Manner]:
    """By person; one query."""
    people = {user.pk: Manner(user=user) for user in users}
    return people | {row.user_id: row for row in Manner.objects.filter(user__in=people)}


def devices(*, user: User) -> QuerySet[Device]:
    """The person's, the newest first."""
    return Device.objects.filter(user=user).order_by("-id")


def device(*, user: User, pk: int) -> Device:
    """One of them; raise Device.DoesNotExist."""
    return devices(user=user).get(pk=pk)


def reached(*, users: Iterable[User]) -> dict[int, list[Device]]:
    """The devices that may be sent to, by person: of phones only verified ones; one query."""
    found: dict[int, list[Device]] = {}
    for row in Device.objects.filter(user__in=[user.pk for user in users]).order_by("id"):
        if row.verified_at is not None:
            found.setdefault(row.user_id, []).append(row)
    return found


def listeners(*, book: Book) -> list[User]:
    """The active members of the book."""
    rows = Membership.objects.filter(book=book, user__is_active=True).select_related("user").order_by("user_id")
    return [row.user for row in rows]


def due(*, now: datetime, most: int = 1000) -> list[tuple[int, UUID]]:
    """(book, parcel) of what is to be sent now, of all books: the caller has said why it looks everywhere."""
    rows = Delivery.objects.filter(state=Delivery.State.PENDING, next_at__lte=now).order_by("next_at")
    return list(dict.fromkeys(rows.values_list("book_id", "parcel")[:most]))
