"""A person's own rules, as the categoriser hears them: it does not know what they ask."""

from dataclasses import dataclass
from typing import Protocol

from banking.categoriser.evidence import Evidence
from banking.categoriser.reasons import Reason


@dataclass(frozen=True, slots=True)
class RuleWord:
    """What the first rule that names a category for a row says, and the text it looked for, if any."""

    id: str
    name: str
    label: str
    matched: str = ""

    @property
    def because(self) -> Reason:
        return Reason("rule", (self.name, self.matched)) if self.matched else Reason("ruled", (self.name,))


class Rules(Protocol):
    def word(self, row: Evidence) -> RuleWord | None:
        """What a rule says about the row, if one does."""
