"""From what rules say about a row to what changes in it: the one place that both a preview and a run ask."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from banking.ruling.program import Said

FIELDS = ("category", "merchant", "tags", "note", "excluded")


class Stored(NamedTuple):
    """A row as it is. `filed_by` is the source of its category; `locked` what a person set by hand; tags casefolded."""

    category: int
    filed_by: str
    merchant: str
    note: str
    excluded: bool
    tags: frozenset[str]
    locked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after. A category is its id, the tags those that are added."""

    field: str
    before: object
    after: object
    rule: int

    @property
    def is_visible(self) -> bool:
        """Whether the field looks different afterwards; a category that stays may get another reason."""
        return self.before != self.after


def changes(stored: Stored, said: Said, *, only: Collection[int] | None = None) -> tuple[list[Change], bool]:
    """What changes, by the rules of `only` or by all, and whether a person's own word kept something from changing."""
    wanted = [each for each in _wanted(stored, said) if only is None or each.rule in only]
    return [each for each in wanted if each.field not in stored.locked], any(
        each.field in stored.locked for each in wanted
    )


def _wanted(stored: Stored, said: Said) -> list[Change]:
    found = []
    if said.category is not None:
        by, category = said.category
        if (stored.category, stored.filed_by) != (category, "rule") and not (
            stored.filed_by == "user" and stored.category == category
        ):
            found.append(Change("category", stored.category, category, by))
    if said.merchant is not None and said.merchant[1].casefold() != stored.merchant.casefold():
        found.append(Change("merchant", stored.merchant, said.merchant[1], said.merchant[0]))
    if said.note is not None and not stored.note:
        found.append(Change("note", "", said.note[1], said.note[0]))
    if said.exclude is not None and said.exclude[1] != stored.excluded:
        found.append(Change("excluded", stored.excluded, said.exclude[1], said.exclude[0]))
    for by in dict.fromkeys(said.tags.values()):
        new = [name for name, rule in said.tags.items() if rule == by and name.casefold() not in stored.tags]
        if new:
            found.append(Change("tags", (), tuple(new), by))
    return found
