"""Between a person's own categories and the ones the categoriser knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from banking.categoriser import codes


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels are opaque to the categoriser: ids or names.

    `by_system` gives the label for a system category's code. `system` gives the system category of a label; a
    person's own category is there when its parent tells, else what it means is learned from what is filed under it.
    `names` are for sentences.
    """

    by_system: Mapping[str, str]
    system: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    def label(self, system: str) -> str | None:
        """The label of the system category, or of its parent where the book dropped it."""
        if system in self.by_system:
            return self.by_system[system]
        parent = _PARENTS.get(system)
        return self.by_system.get(parent) if parent else None

    def code(self, label: str) -> str | None:
        """The one of the sixteen codes that the label belongs to."""
        return codes.CODE_OF_SYSTEM.get(self.system.get(label, label)) or (label if label in codes.CODES else None)

    def name(self, label: str) -> str:
        return self.names.get(label) or codes.NAMES.get(self.system.get(label, label), label)


_PARENTS = {each.code: each.parent_code for each in codes.SYSTEM_CATEGORIES}


def of(rows: Iterable[tuple[str, str, str | None]]) -> Labels:
    """From (label, name, system category's code or None) of a book's categories.

    Give a category of the person's own the system code of its parent with a leading "+".
    """
    kept = list(rows)
    return Labels(
        by_system={system: label for label, _, system in kept if system and not system.startswith("+")},
        system={label: system.lstrip("+") for label, _, system in kept if system},
        names={label: name for label, name, _ in kept},
    )


SYSTEM = Labels({code: code for code in codes.NAMES}, {code: code for code in codes.NAMES})
"""Labels that are the system categories' own codes."""
