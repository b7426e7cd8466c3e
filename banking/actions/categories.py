"""Changing a book's categories."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_text, of_book
from banking.categoriser import SYSTEM_CATEGORIES, UNCATEGORISED
from banking.models import Category, CategoryKind
from journal import actions as journal


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


@dataclass(frozen=True, slots=True)
class NewCategory:
    """A category of one's own. Inside a parent it has the parent's kind and colour, and by default its icon."""

    name: str
    parent: Category | None = None
    kind: str = ""
    icon: str = ""
    colour: int = 0


def create_category(*, book: Book, by: User | None, new: NewCategory, now: datetime) -> Category:
    """Raise Refused."""
    parent, kind = new.parent, new.kind or (new.parent.kind if new.parent else "")
    if parent is not None:
        _fits_inside(parent, book=book, kind=kind)
    if kind not in CategoryKind.values:
        raise Refused(_("Choose one of: %(kinds)s.") % {"kinds": ", ".join(CategoryKind.values)}, field="kind")
    category = Category(
        book=book,
        name=checked_text(new.name, field="name", length=80, required=True),
        kind=kind,
        parent=parent,
        icon=new.icon or (parent.icon if parent else "circle"),
        colour=parent.colour if parent else new.colour,
    )
    with journal.operation(book=book, by=by, verb="create_category", now=now) as recorder:
        _save(category)
        recorder.created(category)
    return category


def rename_category(*, book: Book, by: User, pk: int, name: str, now: datetime) -> Category:
    """Raise Refused, or Category.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="rename_category", now=now) as recorder:
        category = Category.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        before = journal.snapshot(category)
        category.name = checked_text(name, field="name", length=80, required=True)
        _save(category, "name")
        recorder.changed(category, before)
    return category


def archive_category(*, book: Book, by: User, pk: int, archived: bool, now: datetime) -> Category:
    """No longer offer a category and those inside it, or offer them and the one it is inside of again.

    Rows filed there stay. Raise Refused for Uncategorised, or Category.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="archive_category", now=now) as recorder:
        category = Category.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        if category.code == UNCATEGORISED:
            raise Conflicting(_("This one is needed for what nobody has filed yet."))
        related = Q(parent=category) if archived else Q(parent=category) | Q(pk=category.parent_id)
        for each in [category, *Category.objects.select_for_update().filter(related).order_by("id")]:
            if (each.archived_at is not None) == archived:
                continue
            before = journal.snapshot(each)
            each.archived_at = now if archived else None
            each.save(update_fields=["archived_at"])
            recorder.changed(each, before)
    return category


def _fits_inside(parent: Category, *, book: Book, kind: str) -> None:
    of_book(parent, book=book, field="parent")
    if parent.parent_id is not None:
        raise Refused(_("A category inside another one cannot hold further ones."), field="parent")
    if parent.archived_at is not None:
        raise Conflicting(_("This category is archived. Bring it back first."), field="parent")
    if kind != parent.kind:
        raise Refused(_("A category has the kind of the one it is inside of."), field="kind")


def _save(category: Category, *columns: str) -> None:
    try:
        with transaction.atomic():
            category.save(update_fields=columns or None)
    except IntegrityError as error:
        message = _("There is a category of this name already, perhaps an archived one.")
        raise Conflicting(message, field="name") from error
