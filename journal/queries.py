"""Reading the journal."""

from django.db.models import Q, QuerySet

from accounts.models import Book
from journal.models import Change

MOST_CHANGES = 30


def changes_of(*, book: Book, model: str, key: int) -> QuerySet[Change]:
    """What was done to a row (`model` is its label), newest first, with operation and person; at most MOST_CHANGES."""
    found = Change.objects.filter(book=book, model=model, key=key).select_related("operation__by")
    return found.order_by("-id")[:MOST_CHANGES]


def latest_change_of(*, book: Book, model: str, key: int, fields: tuple[str, ...]) -> Change | None:
    """The newest change of a row that set one of these columns, with operation and person; one query."""
    named = Q(*(("after__has_key", name) for name in fields), _connector=Q.OR)
    found = Change.objects.filter(named, book=book, model=model, key=key).select_related("operation__by")
    return found.order_by("-id").first()
