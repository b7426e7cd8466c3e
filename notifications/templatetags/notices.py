"""The bell in the bar at the top."""

from typing import Any

from django import template

from accounts.books import entered
from notifications import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notifications(context: template.Context) -> str:
    """How many the reader has not read in the book, "99+" for more, empty for none; one query."""
    request: Any = context["request"]
    book = getattr(request, "book", None)
    if book is not None:
        count = queries.unread_count(book=book, user=request.user)
    else:
        with entered(request.membership.book):
            count = queries.unread_count(book=request.membership.book, user=request.user)
    return f"{queries.MOST_COUNTED}+" if count > queries.MOST_COUNTED else str(count or "")
