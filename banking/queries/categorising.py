"""The categories of a book."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Book
from banking.models import Category

UNCATEGORISED = "UNCATEGORISED"


@dataclass(frozen=True, slots=True)
class Branch:
    """A top category, or one whose own is archived, and the categories inside it, by name."""

    category: Category
    children: tuple[Category, ...]


def category_rows(*, book: Book, archived: bool = False, kept: Collection[int] = ()) -> QuerySet[Category]:
    """The categories that can be chosen (all with `archived`; those of `kept` in any case), by name."""
    rows = Category.objects.filter(book=book).select_related("parent")
    return (rows if archived else rows.filter(Q(archived_at=None) | Q(pk__in=kept))).order_by("name", "id")


def categories(*, book: Book, kept: Collection[int] = ()) -> list[Branch]:
    """The tree of those that can be chosen and of `kept`: expense, income and transfer, each by name; one query."""
    children: dict[int, list[Category]] = defaultdict(list)
    rows = list(category_rows(book=book, kept=kept))
    known = {row.pk for row in rows}
    tops = [row for row in rows if row.parent_id not in known]
    for row in rows:
        if row.parent_id in known:
            children[row.parent_id].append(row)
    return [Branch(top, tuple(children[top.pk])) for top in sorted(tops, key=lambda each: each.kind)]


def archived_categories(*, book: Book) -> QuerySet[Category]:
    """Those that are not offered any more, with what they are inside of, by name."""
    return category_rows(book=book, archived=True).exclude(archived_at=None)


def category(*, book: Book, pk: int) -> Category:
    """One category, archived or not; raise Category.DoesNotExist."""
    return category_rows(book=book, archived=True).get(pk=pk)


def is_destination(category: Category) -> bool:
    """Whether rows are filed there: it is not archived, and not the place of what nobody has filed."""
    return category.archived_at is None and category.code != UNCATEGORISED


def uncategorised(*, book: Book) -> Category:
    """Where rows are whose category nobody knows; raise Category.DoesNotExist before the book has its categories."""
    return Category.objects.get(book=book, code=UNCATEGORISED)
