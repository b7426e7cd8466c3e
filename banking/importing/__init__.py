"""Files of banks and of other programs, read into plain facts.

    from banking import importing

    importing.read(content)   # Parsed(format="csv", statements=(Statement(rows=(Row(...), ...)),), guesses=(...))

Knows neither Django nor the database. What cannot be read is refused with a reason: `Refusal`.
"""

from banking.importing.facts import (
    NOTHING_CHOSEN,
    Choices,
    Column,
    Guess,
    Parsed,
    Part,
    Refusal,
    Row,
    Statement,
)
from banking.importing.reading import read

__all__ = [
    "NOTHING_CHOSEN",
    "Choices",
    "Column",
    "Guess",
    "Parsed",
    "Part",
    "Refusal",
    "Row",
    "Statement",
    "read",
]
