"""The categories of a file beside what each may become here, as the page that maps them shows it."""

from dataclasses import dataclass

from banking.import_words import planned_in_words
from banking.models import NEW, Import
from banking.queries import import_categories as queries


@dataclass(frozen=True, slots=True)
class Mapped:
    """One word of the file: the id of ours that is chosen, and the new category that could be; empty where none can."""

    name: str
    count: int
    chosen: int | None
    new: str
    is_new: bool
    is_open: bool


def words_of(source: Import) -> list[Mapped]:
    """The most frequent first; as many queries for any number of words."""
    told = queries.words(source=source)
    plan = queries.planned(book=source.book, source=source, told=told)
    return [_mapped(each, plan[each.name], source.categories.get(each.name)) for each in told]


def _mapped(word: queries.Word, planned: queries.Planned, choice: int | str | None) -> Mapped:
    is_new = choice == NEW
    taken = planned.category is not None and planned.category.archived_at is None
    return Mapped(
        name=word.name,
        count=word.count,
        chosen=choice if isinstance(choice, int) else None,
        new=planned_in_words(planned) if is_new or not taken else "",
        is_new=is_new,
        is_open=choice is None and not queries.says_nothing(word.name),
    )
