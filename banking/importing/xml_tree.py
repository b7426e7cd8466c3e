"""XML as plain nodes, read by expat. A document type is refused, and with it every entity and every file it names."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from banking.importing.facts import Refusal

DEEPEST, MOST_NODES, LONGEST = 60, 6_000_000, 200_000


@dataclass(slots=True)
class Element:
    """One element without its namespace."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def child(self, *path: str) -> "Element | None":
        """The first element down the path."""
        found: Element | None = self
        for name in path:
            found = next((each for each in found.inside if each.name == name), None) if found else None
        return found

    def value(self, *path: str) -> str:
        """The text of the first element down the path; empty where there is none."""
        found = self.child(*path)
        return found.text.strip() if found else ""

    def children(self, name: str) -> list["Element"]:
        return [each for each in self.inside if each.name == name]

    def within(self, name: str) -> list["Element"]:
        """Every element of the name, at any depth."""
        found, waiting = [], [self]
        while waiting:
            each = waiting.pop()
            if each.name == name:
                found.append(each)
            waiting.extend(reversed(each.inside))
        return found


def tree(text: str) -> Element:
    """The root; raise Refusal for what is not well-formed, or holds a document type."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Refusal("xml_entities")
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise Refusal("xml_broken", line=error.lineno) from error
    return builder.root.inside[0]


def _refuse(*_told: Any) -> int:
    raise Refusal("xml_entities")


class _Builder:
    def __init__(self) -> None:
        self.root = Element("", {})
        self.path = [self.root]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.path) > DEEPEST or self.count > MOST_NODES:
            raise Refusal("too_deep")
        node = Element(name.rsplit(":", 1)[-1], attributes)
        self.path[-1].inside.append(node)
        self.path.append(node)

    def end(self, _name: str) -> None:
        self.path.pop()

    def characters(self, text: str) -> None:
        if not text.isspace() or self.path[-1].text:
            node = self.path[-1]
            if len(node.text) + len(text) > LONGEST:
                raise Refusal("huge_field", line=0)
            node.text += text
