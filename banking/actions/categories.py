"""Changing a book's categories."""

from accounts.models import Book
from banking.categoriser import SYSTEM_CATEGORIES
from banking.models import Category


def seed_categories(book: Book) -> None:
    """Give a new book the system categories, parents first; a book that has them keeps what it has."""
    known = {c.code: c for c in Category.objects.filter(book=book).exclude(code="")}
    for parents in (True, False):
        new = [
            Category(
                book=book,
                code=each.code,
                name=each.name,
                kind=each.kind,
                icon=each.icon,
                colour=each.colour,
                parent=known.get(each.parent_code or ""),
            )
            for each in SYSTEM_CATEGORIES
            if each.code not in known and (each.parent_code is None) == parents
        ]
        known |= {c.code: c for c in Category.objects.bulk_create(new)}
