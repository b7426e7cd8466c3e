"""How much the names of two rows of one account are alike."""

from banking.matching import wording
from banking.matching.found import Evidence
from banking.matching.rows import Row


def wording_of(one: Row, other: Row, *, least: float) -> Evidence:
    """The same merchant, whatever the wording, or how much of it is the same; `least` is the weight of nothing."""
    likeness = wording.alike(one.description, other.description)
    if likeness < 1 and one.merchant and one.merchant == other.merchant:
        return Evidence("same_merchant", least + 4.0)
    return Evidence("name_alike", 4.0 * likeness + least, (f"{likeness:.0%}",))
