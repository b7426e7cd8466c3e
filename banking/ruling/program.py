"""The rules of a book, compiled once and asked about many rows.

Each text is looked at once for all rules: the answers are bits of a number. A rule that needs one of some bits is tried
only on rows that have it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from banking.ruling.conditions import TEXTS, Condition, Group, Node, any_of, every, pattern
from banking.ruling.effects import Effects
from banking.ruling.splitting import Part

MOST_PASSES = 5
REMEMBERED = 50_000
UNKNOWN_DAY = date(1, 1, 1)


class Row(NamedTuple):
    """What rules ask about. Positive is money in; `locked` are the fields of it that a person set by hand."""

    description: str
    merchant: str = ""
    note: str = ""
    amount: Decimal = Decimal(0)
    day: date = UNKNOWN_DAY
    account: int = 0
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force. `stop`: no later rule is tried on the rows it means."""

    id: int
    name: str
    conditions: Group
    effects: Effects
    stop: bool = False

    @property
    def wording(self) -> str:
        """The first text that it looks for; empty where it asks for none."""
        return next((str(each.value) for each in every(self.conditions) if each.field in TEXTS), "")


@dataclass(slots=True)
class Said:
    """What becomes of a row, each with the id of the rule that said so; the first rule that says something wins."""

    category: tuple[int, int] | None = None
    merchant: tuple[int, str] | None = None
    note: tuple[int, str] | None = None
    exclude: tuple[int, bool] | None = None
    split: tuple[int, tuple[Part, ...]] | None = None
    tags: dict[str, int] = field(default_factory=dict)

    def over(self, earlier: "Said") -> "Said":
        """This one, completed by what an earlier one said."""
        return Said(
            self.category or earlier.category,
            self.merchant or earlier.merchant,
            self.note or earlier.note,
            self.exclude or earlier.exclude,
            self.split or earlier.split,
            {**earlier.tags, **self.tags},
        )


Holds = Callable[[int, Row], bool]


class Program:
    """`transfer` is the id of the category of transfers."""

    def __init__(self, rules: Sequence[Rule], *, transfer: int = 0) -> None:
        self.rules = tuple(rules)
        self._transfer = transfer
        self._bits: dict[tuple[str, str, str], int] = {}
        for rule in self.rules:
            for each in every(rule.conditions):
                if each.field in TEXTS:
                    self._bits.setdefault(_atom(each), 1 << len(self._bits))
        self._seen: dict[tuple[str, str, str], tuple[int, tuple[int, ...]]] = {}
        self._holds = [self._compiled(rule.conditions) for rule in self.rules]
        self._needs = [self._needed(rule.conditions) for rule in self.rules]
        self._asked = {name: asked for name in TEXTS if any(asked := _by_op(self._bits, name))}
        self._some = {
            name: any_of([value for of, op, value in self._bits if (of, op) == (name, "regex")]) for name in TEXTS
        }

    def matching(self, row: Row, *, stopping: bool = True) -> list[int]:
        """The places of the rules that mean the row, in order; also those after a stop where not `stopping`."""
        bits, tried = self._looked(row)
        found = []
        for place in tried:
            if self._holds[place](bits, row):
                found.append(place)
                if stopping and self.rules[place].stop:
                    break
        return found

    def stages(self, row: Row) -> Iterator[Row]:
        """The row, and what becomes of it where rules change what they ask about, each time they are asked again."""
        yield row
        for _pass in range(MOST_PASSES):
            after = _after(row, self.said(row, self.matching(row)))
            if after is row:
                return
            yield (row := after)

    def settled(self, row: Row) -> Said | None:
        """What becomes of the row; None where no rule means it.

        Where the rules change what they ask about, merchant or note, they are asked again about the changed row, until
        nothing changes: so running them twice is the same as once. Rules that undo one another leave both as they are.
        """
        found = self.matching(row)
        if not found:
            return None
        first = said = self.said(row, found)
        for _pass in range(MOST_PASSES):
            after = _after(row, said)
            if after is row:
                return said
            row, before = after, said
            said = self.said(row, self.matching(row)).over(before)
        return replace(first, merchant=None, note=None)

    def said(self, row: Row, places: Sequence[int]) -> Said:
        """What the rules at these places say about the row, asked once."""
        said = Said()
        for place in places:
            self._say(said, row, self.rules[place])
        return said

    def _say(self, said: Said, row: Row, rule: Rule) -> None:
        does, by = rule.effects, rule.id
        category = self.category_of(rule)
        if category and said.category is None:
            said.category = by, category
        if does.merchant and said.merchant is None:
            said.merchant = by, does.merchant
        if does.note and said.note is None and not row.note:
            said.note = by, does.note
        if does.exclude is not None and said.exclude is None:
            said.exclude = by, does.exclude
        if does.split and said.split is None:
            said.split = by, does.split
        for name in does.tags:
            said.tags.setdefault(name, by)

    def category_of(self, rule: Rule) -> int | None:
        """The category that the rule files under, of a transfer that of transfers."""
        return (self._transfer or None) if rule.effects.transfer else rule.effects.category

    def _looked(self, row: Row) -> tuple[int, tuple[int, ...]]:
        """What holds of the texts of the row, and the rules worth trying."""
        key = (row.description, row.merchant, row.note)
        known = self._seen.get(key)
        if known is None:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            bits = self._bits_of(row)
            tried = tuple(n for n, need in enumerate(self._needs) if need is None or bits & need)
            known = self._seen[key] = bits, tried
        return known

    def _bits_of(self, row: Row) -> int:
        """A text is merchant and description together, or either of them alone."""
        together = f"{row.merchant} {row.description}".strip()
        texts = {"text": {together, row.merchant, row.description}, "description": {row.description}}
        texts |= {"merchant": {row.merchant}, "note": {row.note}}
        bits = 0
        for name in self._asked:
            for raw in texts[name]:
                bits |= self._held(name, raw) if raw else 0
        return bits

    def _held(self, name: str, raw: str) -> int:
        contains, equals, starts, patterns = self._asked[name]
        text = plain(raw)
        bits = equals.get(text, 0)
        for value, bit in contains:
            if value in text:
                bits |= bit
        for value, bit in starts:
            if text.startswith(value):
                bits |= bit
        some = self._some[name]
        if some is None or some.search(raw) is not None:
            for found, bit in patterns:
                if found.search(raw) is not None:
                    bits |= bit
        return bits

    def _compiled(self, node: Node) -> Holds:
        if isinstance(node, Condition):
            return self._bit(node) if node.field in TEXTS else _asking(node)
        parts = [self._compiled(each) for each in node.parts]
        if len(parts) == 1 and node.mode != "none":
            return parts[0]
        if node.mode == "all":
            return lambda bits, row: all(part(bits, row) for part in parts)
        if node.mode == "any":
            return lambda bits, row: any(part(bits, row) for part in parts)
        return lambda bits, row: not any(part(bits, row) for part in parts)

    def _bit(self, node: Condition) -> Holds:
        bit = self._bits[_atom(node)]
        return lambda bits, row: bool(bits & bit)

    def _needed(self, node: Node) -> int | None:
        """Bits of which a row that the node means has at least one; None where there are no such."""
        if isinstance(node, Condition):
            return self._bits[_atom(node)] if node.field in TEXTS else None
        needs = [self._needed(each) for each in node.parts]
        if node.mode == "all":
            return next((need for need in needs if need is not None), None)
        if node.mode == "none" or None in needs:
            return None
        together = 0
        for need in needs:
            together |= need or 0
        return together


def _after(row: Row, said: Said) -> Row:
    """The row with the merchant and note it gets; the same row where they stay."""
    merchant, note = row.merchant, row.note
    if said.merchant and "merchant" not in row.locked and said.merchant[1].casefold() != merchant.casefold():
        merchant = said.merchant[1]
    if said.note and "note" not in row.locked:
        note = note or said.note[1]
    return row if (merchant, note) == (row.merchant, row.note) else row._replace(merchant=merchant, note=note)


def plain(text: str) -> str:
    """Without regard to capitals and the width of blanks."""
    return " ".join(text.casefold().split())


def _atom(node: Condition) -> tuple[str, str, str]:
    return node.field, node.op, str(node.value)


_Bits = list[tuple[str, int]]


def _by_op(
    bits: dict[tuple[str, str, str], int], name: str
) -> tuple[_Bits, dict[str, int], _Bits, list[tuple[Any, int]]]:
    """What is asked of one kind of text, by operator: contains, equals, starts, regex."""
    contains: _Bits = []
    starts: _Bits = []
    patterns: list[tuple[Any, int]] = []
    equals: dict[str, int] = {}
    for (of, op, value), bit in bits.items():
        if of != name:
            continue
        if op == "regex":
            patterns.append((pattern(value), bit))
        elif op == "equals":
            equals[plain(value)] = equals.get(plain(value), 0) | bit
        else:
            (contains if op == "contains" else starts).append((plain(value), bit))
    return contains, equals, starts, patterns


def _asking(node: Condition) -> Holds:
    """A question that is not about a text."""
    value = node.value
    if node.field == "direction":
        wanted = value == "in"
        return lambda bits, row: (row.amount > 0) == wanted
    if node.field == "account":
        return lambda bits, row: row.account == value
    holds = _comparing(node.op, value)
    if node.field == "amount":
        return lambda bits, row: holds(abs(row.amount))
    if node.field == "day":
        return lambda bits, row: row.day != UNKNOWN_DAY and holds(row.day)
    return lambda bits, row: row.day != UNKNOWN_DAY and holds(row.day.day)


def _comparing(op: str, value: Any) -> Callable[[Any], bool]:
    if op == "between":
        low, high = value
        return lambda it: (low is None or it >= low) and (high is None or it <= high)
    compare: dict[str, Callable[[Any], bool]] = {
        "equals": lambda it: it == value,
        "more": lambda it: it > value,
        "less": lambda it: it < value,
        "least": lambda it: it >= value,
        "most": lambda it: it <= value,
    }
    return compare[op]
