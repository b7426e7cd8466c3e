"""Saved views of the list."""

from django.db.models import Q, QuerySet

from accounts.models import Book, User
from banking.models import SavedView


def saved_views(*, book: Book, user: User) -> QuerySet[SavedView]:
    """Those that all members share and the person's own, in their order."""
    return SavedView.objects.filter(Q(user=None) | Q(user=user), book=book).order_by("position", "id")


def saved_view(*, book: Book, user: User, pk: int) -> SavedView:
    """One of them; raise SavedView.DoesNotExist."""
    return saved_views(book=book, user=user).get(pk=pk)
