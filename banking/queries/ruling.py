"""The rules of a book as a program, and what they would change."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import Book
from banking import categoriser, ruling
from banking.models import Category, EvidenceSource, Rule, Transaction, TransactionTag
from banking.queries.filtering import matching

DRAFT = 0
"""The id of a rule that is not stored yet."""
TRANSFER = "TRANSFER"
COLUMNS = (
    "id",
    "day",
    "amount",
    "currency",
    "description",
    "merchant__name",
    "account_id",
    "note",
    "category_id",
    "category_source",
    "excluded",
    "edited",
)
LOCKS = {"merchant", "note", "excluded", "tags"}
"""What `edited` tells of; that a person chose the category is told by its source."""


class Words:
    """The program as the categoriser asks it: for the category only."""

    def __init__(self, program: ruling.Program) -> None:
        self._program = program
        self._rules = {rule.id: rule for rule in program.rules}

    def word(self, row: categoriser.Evidence) -> categoriser.RuleWord | None:
        asked = ruling.Row(row.description, row.merchant or "", row.note, row.amount, account=row.account)
        said = self._program.settled(asked._replace(day=row.day) if row.day else asked)
        return None if said is None or said.category is None else word_of(self._rules[said.category[0]], said.category)


def word_of(rule: ruling.Rule, category: tuple[int, int]) -> categoriser.RuleWord:
    """What a rule that decided the category says."""
    return categoriser.RuleWord(str(rule.id), rule.name, str(category[1]), rule.wording)


def words(program: ruling.Program) -> Words | None:
    return Words(program) if program.rules else None


def program(*, book: Book, draft: ruling.Rule | None = None) -> ruling.Program:
    """The rules in force; a draft stands in the place of the rule with its id, or is tried first; two queries."""
    found = Category.objects.filter(book=book, archived_at=None).values_list("pk", "code")
    return compiled(book=book, usable={code or str(pk): pk for pk, code in found}, draft=draft)


def compiled(*, book: Book, usable: Mapping[str, int], draft: ruling.Rule | None = None) -> ruling.Program:
    """As `program`, with the categories that rows may be filed under known: by code, or by id as text; one query."""
    ids, rules = set(usable.values()), []
    if draft is not None and draft.id == DRAFT:
        rules.append(draft)
    for row in Rule.objects.filter(book=book).order_by("position", "id"):
        if draft is not None and row.pk == draft.id:
            rules.append(draft)
        elif row.active and (rule := read(row)) is not None:
            rules.append(rule)
    return ruling.Program([rule for rule in rules if _awake(rule, ids, usable)], transfer=usable.get(TRANSFER, 0))


def read(row: Rule) -> ruling.Rule | None:
    """A stored rule; None for one that this version of the application cannot read, which rests."""
    try:
        conditions, effects = ruling.tree(row.conditions), ruling.effects_of(row.effects)
    except ruling.BadRule:
        return None
    return ruling.Rule(row.pk, row.name, conditions, effects, row.stop)


def _awake(rule: ruling.Rule, ids: Collection[int], usable: Mapping[str, int]) -> bool:
    """A rule rests with an archived category of its own or of one of its parts."""
    named = {rule.effects.category, *(part.category for part in rule.effects.split)} - {None}
    return named <= set(ids) and (not rule.effects.transfer or TRANSFER in usable)


@dataclass(frozen=True, slots=True)
class Found:
    """A row that a rule means: what changes in it, and whether a person's own word keeps something."""

    pk: int
    day: date
    amount: Decimal
    currency: str
    description: str
    account_id: int
    stored: ruling.Stored
    changes: tuple[ruling.Change, ...]
    kept: bool
    split: tuple[ruling.Part, ...]
    matched: bool
    """Whether the rules that are looked at mean the row themselves."""

    @property
    def is_changed(self) -> bool:
        """Whether a person would see a difference."""
        return any(change.is_visible for change in self.changes)


def found(
    rows: QuerySet[Transaction], *, book: Book, program: ruling.Program, only: Collection[int] | None = None
) -> Iterator[Found]:
    """The rows that the rules of `only` (or any) mean or change, in the order of the queryset; two queries."""
    tagged = tags_of(book=book, program=program)
    for values in rows.values_list(*COLUMNS).iterator(chunk_size=5_000):
        if (each := look(values, program, tagged, only)) is not None:
            yield each


def looked(
    rows: Sequence[tuple[Any, ...]], *, book: Book, program: ruling.Program, only: Collection[int] | None = None
) -> Iterator[Found]:
    """The same of rows that were read, given as COLUMNS; at most one query."""
    tagged = tags_of(book=book, program=program, ids=[values[0] for values in rows])
    for values in rows:
        if (each := look(values, program, tagged, only)) is not None:
            yield each


def tags_of(*, book: Book, program: ruling.Program, ids: Iterable[int] | None = None) -> dict[int, set[str]]:
    """The tags, of those that the rules give, that rows have already, casefolded; at most one query."""
    names = {name.casefold() for rule in program.rules for name in rule.effects.tags}
    if not names:
        return {}
    links = TransactionTag.objects.filter(book=book)
    links = links if ids is None else links.filter(transaction__in=list(ids))
    found: dict[int, set[str]] = {}
    for pk, name in links.values_list("transaction_id", "tag__name"):
        if name.casefold() in names:
            found.setdefault(pk, set()).add(name.casefold())
    return found


def look(
    values: tuple[Any, ...],
    program: ruling.Program,
    tagged: Mapping[int, set[str]],
    only: Collection[int] | None = None,
) -> Found | None:
    """What the rules make of one row, given as COLUMNS; None where the rules looked at do not mean it."""
    pk, day, amount, currency, description, merchant, account_id, note, category, source, excluded, edited = values
    locked = frozenset(LOCKS & edited.keys()) if edited else frozenset()
    row = ruling.Row(description, merchant or "", note, amount, day, account_id, locked)
    said = program.settled(row)
    if said is None:
        return None
    if source == EvidenceSource.USER:
        locked |= {"category"}
    stored = ruling.Stored(category, source, merchant or "", note, excluded, frozenset(tagged.get(pk, ())), locked)
    changes, kept = ruling.changes(stored, said, only=only)
    split = said.split[1] if said.split and (only is None or said.split[0] in only) else ()
    matched = only is None or any(program.rules[place].id in only for place in program.matching(row))
    if not (matched or changes or split):
        return None
    return Found(pk, day, amount, currency, description, account_id, stored, tuple(changes), kept, split, matched)


@dataclass(frozen=True, slots=True)
class Preview:
    """How many rows a rule means, would change, must leave to a person's own word, and would split; some of them."""

    matched: int
    changed: int
    kept: int
    splits: int
    rows: tuple[Found, ...]
    next: str | None


class BadCursor(Exception):
    """The cursor did not come from this list."""


def preview(*, book: Book, draft: ruling.Rule, cursor: str = "", size: int = 20) -> Preview:
    """What the rule would change in all rows there are, newest first, in its place among the others; four queries.

    Raise BadCursor.
    """
    after = _place(cursor) if cursor else None
    asked = program(book=book, draft=draft)
    matched = changed = kept = splits = 0
    shown: list[Found] = []
    for each in found(rows_of(book=book).order_by("-day", "-id"), book=book, program=asked, only={draft.id}):
        matched += each.matched
        changed += each.is_changed
        kept += each.kept
        splits += bool(each.split)
        beyond = after is None or (each.day, each.pk) < after
        if (each.is_changed or each.split) and beyond and len(shown) <= size:
            shown.append(each)
    more = len(shown) > size
    shown = shown[:size]
    following = f"{shown[-1].day.isoformat()}.{shown[-1].pk}" if more else None
    return Preview(matched, changed, kept, splits, tuple(shown), following)


def rows_of(*, book: Book) -> QuerySet[Transaction]:
    """The rows that rules are for: no parts of a split, whose word is the split's."""
    return matching(book=book).filter(part_of=None)


def _place(cursor: str) -> tuple[date, int]:
    day, _dot, pk = cursor.partition(".")
    try:
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            raise ValueError
        return date.fromisoformat(day), int(pk)
    except ValueError as error:
        raise BadCursor("This page does not exist; start again at the first one.") from error
