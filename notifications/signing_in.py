"""What there is to tell of a sign-in."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import origin, queries
from accounts.models import AuditEvent, AuditKind, Book
from notifications.rules import Event

SIGN_INS = frozenset({AuditKind.SIGN_IN.value, AuditKind.TOKEN_ISSUED.value})


def told_of(event: AuditEvent) -> tuple[Book, Event] | None:
    """The news, and the book it is told in; None for a place that the person signed in from before, or their first."""
    user = event.subject
    if user is None or event.kind not in SIGN_INS or event.address is None:
        return None
    earlier = AuditEvent.objects.filter(subject=user, kind__in=SIGN_INS, pk__lt=event.pk)
    known = {
        origin.network(address or "") for address in earlier.order_by().values_list("address", flat=True).distinct()
    }
    if not known or origin.network(event.address) in known:
        return None
    membership = queries.membership(user=user, book_id=None)
    if membership is None:
        return None
    said = _(
        "Your account was signed in to from %(address)s. If that was not you, sign it out and change your password."
    )
    news = Event(
        key=f"event:{event.pk}",
        period="",
        title=_("New sign-in"),
        body=said % {"address": event.address},
        private_body=_("If that was not you, look at your devices."),
        url=reverse("devices"),
        only=user.pk,
    )
    return membership.book, news
