"""What a file of a bank or of another program says. Signs are ours: money in is positive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Format = Literal["csv", "ofx", "qif", "camt", "mt940"]
Status = Literal["booked", "pending", "void", "opening"]
LONGEST_TEXT = 2_000


class Refusal(Exception):
    """The file is not read. `code` names the reason; `values` are what its sentence mentions."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that was understood: `why` names the sentence of its evidence, `values` what that mentions."""

    what: str
    value: str
    why: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split movement; the parts add up to its amount. `tags` are those that it has of its own."""

    amount: Decimal
    category: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One movement. Without `day` or `amount` it cannot be read, and `problem` names why.

    `group` is what the file says that its category is inside of.
    """

    line: int
    day: date | None
    amount: Decimal | None
    description: str = ""
    payee: str = ""
    note: str = ""
    reference: str = ""
    category: str = ""
    currency: str = ""
    authorized_on: date | None = None
    parts: tuple[Part, ...] = ()
    status: Status = "booked"
    balance: Decimal | None = None
    problem: str = ""
    tags: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The rows of one account. `key` tells it from the others of the file; balances are before and after the rows."""

    key: str
    rows: tuple[Row, ...]
    name: str = ""
    mask: str = ""
    currency: str = ""
    kind: str = "depository"
    opening: Decimal | None = None
    closing: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, its role ("" for none), and some of its values."""

    name: str
    role: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided instead of the guesses; empty where they did not. `columns` maps a place to a role."""

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    date_order: str = ""
    sign: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)


NOTHING_CHOSEN = Choices()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as it was understood. `fingerprint` is the same for files of the same layout; empty where it has none."""

    format: Format
    statements: tuple[Statement, ...]
    guesses: tuple[Guess, ...]
    columns: tuple[Column, ...] = ()
    fingerprint: str = ""
    skipped: int = 0

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, statement after statement."""
        return [row for statement in self.statements for row in statement.rows]
