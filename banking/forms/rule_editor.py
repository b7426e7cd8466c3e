"""The form of a rule: a tree of conditions as flat fields, so that it works without a script.

A condition at place 0.1 has the fields `test:0.1`, `value:0.1` and `until:0.1`, a group `mode:0`; the outermost group
is `mode:`. Buttons named `do` add and remove.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from banking.models import Rule
from banking.ruling.conditions import MODES, MOST_CONDITIONS

TEXTS = {"contains": _("contains"), "equals": _("is"), "starts": _("starts with"), "regex": _("matches the pattern")}
SIZES = {
    "equals": _("is"),
    "least": _("is at least"),
    "most": _("is at most"),
    "more": _("is more than"),
    "less": _("is less than"),
    "between": _("is between"),
}
DAYS = {"equals": _("is"), "more": _("is after"), "less": _("is before"), "between": _("is between")}
FIELDS = {
    "text": (_("Merchant or wording"), TEXTS),
    "description": (_("The bank's wording"), TEXTS),
    "merchant": (_("Merchant"), TEXTS),
    "note": (_("Note"), TEXTS),
    "amount": (_("Amount"), SIZES),
    "day": (_("Day"), DAYS),
    "day_of_month": (_("Day of the month"), DAYS),
}
DIRECTIONS = {"out": _("Money goes out"), "in": _("Money comes in")}
MODE_NAMES = {"all": _("All of these"), "any": _("Any of these"), "none": _("None of these")}
KIND_NAMES = {
    "fixed": _("A fixed amount"),
    "percent": _("Percent of the whole"),
    "interest": _("A month's interest, at percent a year"),
    "remainder": _("What is left"),
}
FIRST_TEST = "text:contains"
TRANSFER = "transfer"
MOST_NODES, MOST_PARTS, LONGEST = 2 * MOST_CONDITIONS, 20, 2_000


@dataclass
class Node:
    """A condition, or a group where it has a mode."""

    mode: str = ""
    parts: list["Node"] = field(default_factory=list)
    test: str = FIRST_TEST
    value: str = ""
    until: str = ""
    path: str = ""
    error: str = ""

    def json(self) -> dict[str, Any]:
        """As `banking.ruling` reads it, which says what is wrong with it."""
        if self.mode:
            return {self.mode: [part.json() for part in self.parts]}
        name, _colon, op = self.test.partition(":")
        if name == "direction":
            return {"field": name, "op": "equals", "value": op}
        if name == "account":
            return {"field": name, "op": "equals", "value": int(op) if _is_number(op) else op}
        value = _typed(name, self.value)
        ends = [value or None, _typed(name, self.until) or None]
        return {"field": name, "op": op, "value": ends if op == "between" else value}


@dataclass
class SplitPart:
    kind: str = "remainder"
    value: str = ""
    category: str = ""
    note: str = ""
    loan: str = ""

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind}
        if self.kind != "remainder":
            found["value"] = self.value.strip()
        if self.kind == "interest":
            found["account_id"] = int(self.loan) if _is_number(self.loan) else None
        if self.category:
            found["category_id"] = int(self.category) if _is_number(self.category) else self.category
        return {**found, "note": self.note} if self.note else found


@dataclass
class Editor:
    """A rule as it stands in the form."""

    name: str = ""
    active: bool = True
    stop: bool = False
    category: str = ""
    merchant: str = ""
    tags: str = ""
    note: str = ""
    exclude: str = ""
    parts: list[SplitPart] = field(default_factory=list)
    root: Node = field(default_factory=lambda: Node("all", [Node()]))
    errors: dict[str, str] = field(default_factory=dict)

    def conditions(self) -> dict[str, Any]:
        return self.root.json()

    def actions(self) -> dict[str, Any]:
        found: dict[str, Any] = {"merchant": self.merchant, "note": self.note, "split": [p.json() for p in self.parts]}
        found["tags"] = [name.strip() for name in self.tags.split(",") if name.strip()]
        if self.category == TRANSFER:
            found["transfer"] = True
        elif self.category:
            found["category_id"] = int(self.category) if _is_number(self.category) else self.category
        if self.exclude:
            found["exclude"] = self.exclude == "yes"
        return found

    def nodes(self) -> Iterator[Node]:
        """Every node with its place, the outermost group first."""
        self.root.path = ""
        yield from _placed(self.root)

    def apply(self, do: str) -> None:
        """What a button asks: condition:PLACE, group:PLACE, remove:PLACE, part or unpart:NUMBER."""
        verb, _colon, place = do.partition(":")
        found = {node.path: node for node in self.nodes()}
        node = found.get(place)
        if verb == "part":
            self.parts += [SplitPart()] if len(self.parts) < MOST_PARTS else []
            self.parts += [SplitPart()] if len(self.parts) == 1 else []
        elif verb == "unpart":
            self.parts = [part for number, part in enumerate(self.parts) if str(number) != place]
        elif verb == "remove" and node is not None and node is not self.root:
            above = found[place.rpartition(".")[0]]
            above.parts = [each for each in above.parts if each is not node]
        elif node is not None and node.mode and len(found) < MOST_NODES:
            node.parts.append(Node("any", [Node()]) if verb == "group" else Node())
        for _each in self.nodes():
            pass


def of_rule(rule: Rule) -> Editor:
    return of_json(rule.conditions, rule.effects, name=rule.name, active=rule.active, stop=rule.stop)


def of_json(
    conditions: Mapping[str, Any],
    actions: Mapping[str, Any],
    *,
    name: str = "",
    active: bool = True,
    stop: bool = False,
) -> Editor:
    """The form of a rule, from what `banking.ruling` writes."""
    exclude = actions.get("exclude")
    return Editor(
        name=name,
        active=active,
        stop=stop,
        category=TRANSFER if actions.get("transfer") else str(actions.get("category_id") or ""),
        merchant=actions.get("merchant", ""),
        tags=", ".join(actions.get("tags", ())),
        note=actions.get("note", ""),
        exclude="" if exclude is None else "yes" if exclude else "no",
        parts=[_part(part) for part in actions.get("split", ())],
        root=_node(conditions),
    )


def of_post(sent: QueryDict) -> Editor:
    """The form as it was sent; what makes no sense in it is left to those who check it."""

    def text(name: str) -> str:
        return str(sent.get(name, ""))[:LONGEST]

    numbers = sorted({int(n) for key in sent if (n := key.removeprefix("kind:")) != key and _is_number(n)})
    return Editor(
        name=text("name"),
        active=bool(sent.get("active")),
        stop=bool(sent.get("stop")),
        category=text("category"),
        merchant=text("merchant"),
        tags=text("tags"),
        note=text("note"),
        exclude=text("exclude"),
        parts=[
            SplitPart(*(text(f"{name}:{n}") for name in ("kind", "part", "of", "about", "loan")))
            for n in numbers[:MOST_PARTS]
        ],
        root=_root(sent, text),
    )


def _root(sent: QueryDict, text: Any) -> Node:
    """The tree; a part whose group is missing is left out."""
    root = Node(text("mode:") if text("mode:") in MODES else "all")
    found = {"": root}
    places = {key.partition(":")[2] for key in sent if key.startswith(("mode:", "test:"))} - {""}
    ordered = sorted((place for place in places if all(map(_is_number, place.split(".")))), key=_order)
    for place in ordered[:MOST_NODES]:
        mode = text(f"mode:{place}")
        node = Node(mode, path=place) if mode in MODES else _condition(place, text)
        above = found.get(place.rpartition(".")[0])
        if above is not None and above.mode:
            above.parts.append(node)
            found[place] = node
    return root


def _condition(place: str, text: Any) -> Node:
    return Node("", [], text(f"test:{place}"), text(f"value:{place}"), text(f"until:{place}"), place)


def _node(given: Mapping[str, Any]) -> Node:
    if "field" not in given:
        mode, parts = next(iter(given.items()))
        return Node(mode, [_node(each) for each in parts])
    name, op, value = given["field"], given["op"], given["value"]
    if name in {"direction", "account"}:
        return Node(test=f"{name}:{value}")
    first, second = value if op == "between" else (value, "")
    return Node(test=f"{name}:{op}", value=_shown(first), until=_shown(second))


def _part(given: Mapping[str, Any]) -> SplitPart:
    names = ("kind", "value", "category_id", "note", "account_id")
    return SplitPart(*(_shown(given.get(name)) for name in names))


def _placed(node: Node) -> Iterator[Node]:
    yield node
    for number, part in enumerate(node.parts):
        part.path = f"{node.path}.{number}".lstrip(".")
        yield from _placed(part)


def _order(place: str) -> list[int]:
    return [int(each) for each in place.split(".")]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _typed(name: str, text: str) -> Any:
    text = text if name in {"text", "description", "merchant", "note"} else text.strip()
    return int(text) if name == "day_of_month" and _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
