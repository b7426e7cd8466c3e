"""Sending what is on its way, as a worker does, at a moment of the test's choice."""

from django.utils import timezone

from accounts.books import everywhere
from notifications import actions, queries
from notifications.models import Delivery


def deliver_due(book, *, now=None):
    """Send every parcel that is due at that moment; how many were sent."""
    now = now or timezone.now()
    with everywhere("what is due is in all books"):
        found = queries.due(now=now)
    return sum(actions.deliver(book=book, parcel=parcel, clock=lambda: now) for _book, parcel in found)


def states(**filters):
    with everywhere("the test looks at all"):
        return [row.state for row in Delivery.objects.filter(**filters).order_by("id")]


def the_delivery():
    with everywhere("the test looks at all"):
        return Delivery.objects.get()
