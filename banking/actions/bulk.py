"""Filing many transactions at once."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Book, User
from banking.actions.editing import Edited, Edits, edit_many, edit_rows, to_be_edited
from banking.models import Category, Transaction
from banking.queries.alike import alike
from banking.queries.filtering import Filters, present


def to_be_filed(
    *, book: Book, category: Category, ids: Collection[int] | None = None, filters: Filters | None = None
) -> QuerySet[Transaction]:
    """The rows that filing these ids or filters under the category would change; for the preview. Raise Refused."""
    return to_be_edited(book=book, edits=Edits(category=category), ids=ids, filters=filters)


def categorise_many(
    *,
    book: Book,
    by: User,
    category: Category,
    now: datetime,
    ids: Collection[int] | None = None,
    filters: Filters | None = None,
) -> Edited:
    """File rows, named by their ids or by filters, as a person's own choice. Raise Refused or TooMany."""
    edits = Edits(category=category)
    return edit_many(book=book, by=by, edits=edits, now=now, ids=ids, filters=filters, verb="categorise")


def categorise_alike(*, book: Book, by: User, pk: int, now: datetime) -> Edited:
    """File the rows like one that a person has filed where that one is, as their own choice.

    Raise Transaction.DoesNotExist, Refused or TooMany.
    """
    row = present(book=book).select_related("category").get(pk=pk)
    edits, rows = Edits(category=row.category), alike(book=book, row=row)
    return edit_rows(book=book, by=by, edits=edits, rows=rows, now=now, verb="categorise")
