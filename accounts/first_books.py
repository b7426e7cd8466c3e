"""What a person who signs up begins with, in the transaction that makes them."""

from django.http import HttpRequest
from django.utils import timezone

from accounts import actions, audit, origin, wishes
from accounts.models import AuditKind, User


def open_for(request: HttpRequest, user: User) -> None:
    """Open the books that the sign-up wished for, or what the browser lets guess, and note the sign-up."""
    locale = wishes.guessed_locale(request)
    guess = wishes.Wishes(locale=locale, currency=wishes.currency_of(locale))
    now = timezone.now()
    audit.record(kind=AuditKind.SIGN_UP, subject=user, by=user, origin=origin.of(request), now=now)
    actions.open_first_books(user=user, wishes=getattr(request, "book_wishes", guess), now=now)
