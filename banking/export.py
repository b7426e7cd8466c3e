"""The list of transactions as a file, for the page and the API."""

from datetime import datetime

from django.http import StreamingHttpResponse

from accounts import audit
from accounts.models import AuditKind, Book, User
from banking import queries
from banking.queries import Filters


def download(*, book: Book, user: User, filters: Filters, now: datetime) -> StreamingHttpResponse:
    """The rows that the filters list as CSV. That the user took them is put on record."""
    audit.record(kind=AuditKind.EXPORTED, subject=user, by=user, book=book, now=now)
    answer = StreamingHttpResponse(queries.csv_of(book=book, filters=filters), content_type="text/csv")
    name = f"transactions-{book.today(now):%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
