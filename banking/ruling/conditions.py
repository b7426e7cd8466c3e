"""What a rule asks of a row, as a tree: groups of conditions and groups.

As JSON a group is {"all": [...]}, {"any": [...]} or {"none": [...]}, a condition {"field", "op", "value"}:

    {"all": [{"field": "text", "op": "contains", "value": "rent"}, {"field": "amount", "op": "between",
     "value": ["900", "1100"]}]}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal

import re2
from django.utils.translation import gettext as _

Mode = Literal["all", "any", "none"]
Value = str | int | Decimal | date | tuple[Any, Any]
MODES: tuple[Mode, ...] = ("all", "any", "none")
TEXTS = ("text", "description", "merchant", "note")
"""`text` is merchant and description together. None minds capitals or the width of blanks."""
FIELD_TESTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXTS, ("contains", "equals", "starts", "regex")),
    "amount": ("equals", "more", "less", "least", "most", "between"),
    "direction": ("equals",),
    "account": ("equals",),
    "day": ("equals", "more", "less", "between"),
    "day_of_month": ("equals", "more", "less", "between"),
}
"""The operators of each field. Amounts are sizes without sign; `between` includes both ends; one may be null."""
DEEPEST, MOST_CONDITIONS, LONGEST = 4, 50, 200
LARGEST = Decimal(10) ** 12
REGEX_MEMORY = 1 << 20


class BadRule(Exception):
    """The rule says something that cannot be meant; the text tells what to correct. `field`: conditions or actions."""

    def __init__(self, message: str, *, field: str = "conditions", path: str = "") -> None:
        super().__init__(message)
        self.field, self.path = field, path


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to a row. The value of `between` is a pair."""

    field: str
    op: str
    value: Value


@dataclass(frozen=True, slots=True)
class Group:
    """All, any or none of its parts hold."""

    mode: Mode
    parts: tuple["Node", ...]


Node = Condition | Group


def tree(given: object) -> Group:
    """The tree of JSON; raise BadRule, whose `path` tells where: "0.1" is the second part of the first part."""
    if not isinstance(given, Mapping) or "field" in given:
        raise BadRule(_("Give a group: all, any or none, and what is in it."))
    found = _node(given, "", 1)
    if not isinstance(found, Group):
        raise BadRule(_("Give a group: all, any or none, and what is in it."))
    if sum(1 for _each in every(found)) > MOST_CONDITIONS:
        raise BadRule(_("At most %(count)d conditions.") % {"count": MOST_CONDITIONS})
    return found


def shape(node: Node) -> dict[str, Any]:
    """The JSON of a tree."""
    if isinstance(node, Group):
        return {node.mode: [shape(each) for each in node.parts]}
    value = [_plain(each) for each in node.value] if isinstance(node.value, tuple) else _plain(node.value)
    return {"field": node.field, "op": node.op, "value": value}


def every(node: Node) -> Iterator[Condition]:
    """The conditions, in order."""
    if isinstance(node, Condition):
        yield node
    else:
        for each in node.parts:
            yield from every(each)


def any_of(patterns: Sequence[str]) -> Any:
    """One expression for all of these, as most texts match none; None where there are few or they do not go together.

    Without it each is searched for by itself, which finds the same.
    """
    if len(patterns) < 2:
        return None
    try:
        return re2.compile("|".join(f"(?:{each})" for each in patterns), _options(REGEX_MEMORY * len(patterns)))
    except re2.error:
        return None


def _options(memory: int) -> Any:
    options = re2.Options()
    options.log_errors, options.case_sensitive, options.max_mem = False, False, memory
    return options


@lru_cache(maxsize=1_000)
def pattern(text: str) -> Any:
    """A compiled expression of RE2, which takes time linear in the text; raise BadRule for one that it cannot read."""
    try:
        return re2.compile(text, _options(REGEX_MEMORY))
    except re2.error as error:
        said = error.args[0] if error.args else ""
        reason = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise BadRule(_("This pattern cannot be read: %(reason)s.") % {"reason": reason}) from error


def _node(given: object, path: str, depth: int) -> Node:
    if not isinstance(given, Mapping):
        raise BadRule(_("Each part is a condition or a group."), path=path)
    if "field" in given:
        return _condition(given, path)
    if len(given) != 1 or next(iter(given)) not in MODES:
        raise BadRule(_("A group is exactly one of: all, any, none."), path=path)
    mode, parts = next(iter(given.items()))
    if depth > DEEPEST:
        raise BadRule(_("At most %(count)d groups inside one another.") % {"count": DEEPEST}, path=path)
    if not isinstance(parts, list) or not parts:
        raise BadRule(_("Add at least one condition to each group."), path=path)
    inside = (_node(each, f"{path}.{place}".lstrip("."), depth + 1) for place, each in enumerate(parts))
    return Group(mode, tuple(inside))


def _condition(given: Mapping[str, Any], path: str) -> Condition:
    if given.keys() != {"field", "op", "value"}:
        raise BadRule(_("A condition has a field, an op and a value, and nothing else."), path=path)
    name, op, value = given["field"], given["op"], given["value"]
    if not isinstance(name, str) or name not in FIELD_TESTS:
        raise BadRule(_("The field is one of: %(names)s.") % {"names": ", ".join(FIELD_TESTS)}, path=path)
    if op not in FIELD_TESTS[name]:
        message = _("For %(field)s the op is one of: %(names)s.")
        raise BadRule(message % {"field": name, "names": ", ".join(FIELD_TESTS[name])}, path=path)
    try:
        return Condition(name, op, _pair(name, value) if op == "between" else _value(name, op, value))
    except BadRule as error:
        raise BadRule(str(error), path=path) from error


def _pair(name: str, value: object) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2 or value == [None, None]:
        raise BadRule(_("Give two values to be between."))
    low, high = (None if each is None else _value(name, "equals", each) for each in value)
    if low is not None and high is not None and low > high:
        raise BadRule(_("The second value must be at least the first."))
    return low, high


def _value(name: str, op: str, value: object) -> Any:
    if name in TEXTS:
        return _text(op, value)
    if name == "amount":
        return _amount(value)
    if name == "direction":
        if value not in ("in", "out"):
            raise BadRule(_("The direction is in or out."))
        return value
    if name == "account":
        return _whole(value, 1, 2**63 - 1, _("Name an account by its id."))
    if name == "day_of_month":
        return _whole(value, 1, 31, _("Give a day of the month from 1 to 31."))
    return _day(value)


def _text(op: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise BadRule(_("Say what to look for."))
    if len(value) > LONGEST:
        raise BadRule(_("This may have at most %(length)d characters.") % {"length": LONGEST})
    if op == "regex":
        pattern(value)
    return value


def _amount(value: object) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found < LARGEST:
        raise BadRule(_("Give the size of the amount like 1250.50, without a minus."))
    return found


def _whole(value: object, least: int, most: int, message: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadRule(message)
    return value


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise BadRule(_("Give a day as 2026-03-31.")) from error


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
