"""The categories of a file: which of ours each one is, and those that are made when the file is brought in."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Book
from banking.actions.categories import NewCategory, create_category
from banking.actions.refusals import Refused
from banking.models import NEW, Category, Import, ImportRow
from banking.queries import import_categories as queries
from banking.queries.import_categories import Planned
from banking.queries.imports import named_categories
from journal import actions as journal
from journal.actions import Recorder

Choice = int | str | None
"""The id of one of ours, NEW, or None for a word whose rows are filed as any others."""


def checked_categories(*, book: Book, source: Import, given: Mapping[str, Choice]) -> dict[str, Choice]:
    """The choices, NEW replaced where we have one of that name. Raise Refused."""
    known = {each.pk for each in named_categories(book=book)}
    plan = _plan(book, source) if NEW in given.values() else {}
    found: dict[str, Choice] = {}
    for word, category in given.items():
        if category == NEW and word not in plan:
            raise Refused(_("The file has no such category."), field="categories")
        if category not in {None, NEW} and category not in known:
            raise Refused(_("There is no such category here."), field="categories")
        if len(word) > 200:
            raise Refused(_("The file has no such category."), field="categories")
        found[word] = _settled(plan[word]) if category == NEW else category
    return found


def all_new(*, book: Book, source: Import) -> dict[str, Choice]:
    """NEW, or ours of that name, for each word that is mapped to none and says something."""
    return {
        word: _settled(each)
        for word, each in _plan(book, source).items()
        if source.categories.get(word) is None and not queries.says_nothing(word)
    }


def leave_gone(*, book: Book, source: Import) -> None:
    """File the rows of a word whose category is gone, as its making was undone, as any others."""
    there = set(Category.objects.filter(book=book, pk__in=source.mapped.values()).values_list("pk", flat=True))
    gone = {word: None for word, pk in source.mapped.items() if pk not in there}
    source.categories = source.categories | gone


def make_categories(
    *, book: Book, source: Import, rows: Collection[ImportRow], recorder: Recorder, now: datetime
) -> None:
    """Put the id of a category in the place of each NEW that these rows use: one that is made, or ours of that name.

    An archived one comes back. Call inside the operation that brings the rows in; raise Refused.
    """
    if not source.makes_categories:
        return
    used = {row.category for row in rows} | {part.category for row in rows for part in row.told_parts}
    wanted = sorted(word for word, choice in source.categories.items() if choice == NEW and word in used)
    plan = _plan(book, source)
    maker = _Maker(book, source, recorder, now)
    source.categories = source.categories | {word: maker.made(plan[word]).pk for word in wanted if word in plan}


def _plan(book: Book, source: Import) -> dict[str, Planned]:
    return queries.planned(book=book, source=source, told=queries.words(source=source))


def _settled(planned: Planned) -> Choice:
    there = planned.category
    return there.pk if there is not None and there.archived_at is None else NEW


class _Maker:
    """Makes categories, each once."""

    def __init__(self, book: Book, source: Import, recorder: Recorder, now: datetime) -> None:
        self._book, self._source, self._recorder, self._now = book, source, recorder, now
        found = Category.objects.filter(book=book).select_related("parent")
        self._known = {each.name.casefold(): each for each in found}

    def made(self, planned: Planned) -> Category:
        parent = self._one(planned.parent, planned.kind, None) if planned.parent else None
        return self._one(planned.name, planned.kind, parent)

    def _one(self, name: str, kind: str, parent: Category | None) -> Category:
        there = self._known.get(name.casefold())
        if there is not None:
            return self._brought_back(there)
        new = NewCategory(name=name, kind=kind, parent=parent)
        made = create_category(book=self._book, by=self._source.by, new=new, now=self._now)
        self._known[name.casefold()] = made
        return made

    def _brought_back(self, category: Category) -> Category:
        for each in (category.parent, category):
            if each is not None and each.archived_at is not None:
                before = journal.snapshot(each)
                each.archived_at = None
                each.save(update_fields=["archived_at"])
                self._recorder.changed(each, before)
        return category
