"""The categories of a book."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Book
from banking.models import Category

UNCATEGORISED = "UNCATEGORISED"


@dataclass(frozen=True, slots=True)
class Branch:
    """A top category and the categories inside it, by name."""

    category: Category
    children: tuple[Category, ...]


def category_rows(*, book: Book, archived: bool = False) -> QuerySet[Category]:
    """The categories that can be chosen (all with `archived`), by name."""
    rows = Category.objects.filter(book=book).select_related("parent")
    return (rows if archived else rows.filter(archived_at=None)).order_by("name", "id")


def categories(*, book: Book, archived: bool = False) -> list[Branch]:
    """The tree: expense, income and transfer, each by name; one query."""
    children: dict[int, list[Category]] = defaultdict(list)
    tops: list[Category] = []
    for category in category_rows(book=book, archived=archived):
        (tops if category.parent_id is None else children[category.parent_id]).append(category)
    return [Branch(top, tuple(children[top.pk])) for top in sorted(tops, key=lambda each: each.kind)]


def category(*, book: Book, pk: int) -> Category:
    """One category, archived or not; raise Category.DoesNotExist."""
    return category_rows(book=book, archived=True).get(pk=pk)


def is_destination(category: Category) -> bool:
    """Whether rows are filed there: it is not archived, and not the place of what nobody has filed."""
    return category.archived_at is None and category.code != UNCATEGORISED


def uncategorised(*, book: Book) -> Category:
    """Where rows are whose category nobody knows; raise Category.DoesNotExist before the book has its categories."""
    return Category.objects.get(book=book, code=UNCATEGORISED)
