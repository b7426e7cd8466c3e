"""The files written for the tests, each with what is to be read from it.

`corpus/*.txt` hold the files one after another under a line `=== name`, with `encoding:` and `newline:` where they are
not UTF-8 and \\n; `corpus/*.rows` what they say: a line for each account and, indented, each of its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from banking.importing import Parsed, Part

FOLDER = Path(__file__).with_name("corpus")
NEWLINES = {"crlf": "\r\n", "cr": "\r"}


@dataclass(frozen=True, slots=True)
class Case:
    """One file and what it says."""

    name: str
    content: bytes
    expected: str


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.txt")):
        rows = path.with_suffix(".rows")
        expected = dict(_sections(rows.read_text(encoding="utf-8"))) if rows.exists() else {}
        for name, text in _sections(path.read_text(encoding="utf-8")):
            yield Case(f"{path.stem}: {name}", _content(text), expected.get(name, ""))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("=== ")[1:]:
        name, _line, body = part.partition("\n")
        yield name, body


def _content(body: str) -> bytes:
    encoding, newline = "utf-8", "\n"
    while body.startswith(("encoding:", "newline:")):
        option, _line, body = body.partition("\n")
        key, _colon, value = option.partition(":")
        if key == "encoding":
            encoding = value.strip()
        else:
            newline = NEWLINES[value.strip()]
    return body.replace("\n", newline).encode(encoding)


def told(parsed: Parsed) -> str:
    """What was read, in the words of the `.rows` files."""
    lines = []
    for each in parsed.statements:
        facts = [each.name, each.mask, each.currency, each.kind, f"{each.opening}..{each.closing}"]
        lines.append(" | ".join(facts))
        for row in each.rows:
            words = [str(row.day), str(row.amount), row.description, row.payee, row.category, row.note, row.reference]
            words += [f"made {row.authorized_on}"] if row.authorized_on else []
            words += [row.status] if row.status != "booked" else []
            words += [f"? {row.problem}"] if row.problem else []
            words += [f"in {row.group}"] if row.group else []
            words += [f"tags {', '.join(row.tags)}"] if row.tags else []
            words += [_part(part) for part in row.parts]
            lines.append("  " + " | ".join(words).rstrip(" |"))
    return "\n".join(lines) + "\n"


def _part(part: Part) -> str:
    inside = f" in {part.group}" if part.group else ""
    tags = f" tags {', '.join(part.tags)}" if part.tags else ""
    return f"part {part.amount} {part.category} {part.note}".strip() + inside + tags
