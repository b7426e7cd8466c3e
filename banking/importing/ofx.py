"""OFX and QFX: version 1 is SGML whose values are not closed, version 2 XML. One reader takes both.

Nothing of XML is expanded: a document type or an entity of its own is refused.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from banking.importing.amounts import amount_of
from banking.importing.days import day_of
from banking.importing.facts import LONGEST_TEXT, Guess, Parsed, Refusal, Row, Statement
from banking.importing.grouping import mask_of

TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._-]{0,80})(?:\s[^<>]*)?(/?)>([^<]*)", re.DOTALL)
DEEPEST, MOST_ROWS = 60, 300_000
KINDS = {"CREDITLINE": "credit", "MONEYMRKT": "depository"}


@dataclass(slots=True)
class Node:
    """One aggregate or value."""

    name: str
    text: str = ""
    inside: list["Node"] = field(default_factory=list)

    def first(self, *path: str) -> str:
        """The text of the first element down the path; empty where there is none."""
        found: Node | None = self
        for name in path:
            found = next((each for each in found.inside if each.name == name), None) if found else None
        return found.text if found else ""

    def all(self, name: str) -> Iterator["Node"]:
        """Every element of the name, at any depth."""
        waiting = list(reversed(self.inside))
        while waiting:
            each = waiting.pop()
            if each.name == name:
                yield each
            waiting.extend(reversed(each.inside))


def read(text: str) -> Parsed:
    """Raise Refusal where there is no statement."""
    start = text.find("<OFX")
    start = start if start >= 0 else text.upper().find("<OFX")
    if re.search(r"<!(?:DOCTYPE|ENTITY|ELEMENT)", text, re.IGNORECASE):
        raise Refusal("xml_entities")
    root = _tree(text[max(start, 0) :])
    found = [each for name in ("STMTRS", "CCSTMTRS") for each in root.all(name)]
    if not found:
        raise Refusal("no_statement")
    decimal = "," if _commas(root) else "."
    version = "1" if "OFXHEADER:" in text[: max(start, 0)].upper().replace(" ", "") else "2"
    statements = tuple(_statement(each, decimal) for each in found)
    if sum(len(each.rows) for each in statements) > MOST_ROWS:
        raise Refusal("too_many_rows", count=MOST_ROWS)
    guesses = (
        Guess("version", version, "ofx_version"),
        Guess("decimal", decimal, "format_says"),
        Guess("date_order", "ymd", "format_says"),
        Guess("sign", "as_is", "format_says"),
    )
    return Parsed("ofx", statements, guesses)


def _tree(text: str) -> Node:
    """Elements with a value are leaves, closed or not; a closing tag closes what is open down to its name."""
    root = Node("")
    path = [root]
    for found in TAG.finditer(text):
        closing, name, empty, value = found[1], found[2].upper(), found[3], found[4].strip()
        if closing:
            if any(each.name == name for each in path[1:]):
                while path.pop().name != name:
                    pass
            continue
        node = Node(name, html.unescape(value).replace("\xa0", " ").strip() if value else "")
        path[-1].inside.append(node)
        if not value and not empty and not _is_leaf(text, found.end(), name):
            path.append(node)
        if len(path) > DEEPEST:
            raise Refusal("too_deep")
    return root


def _is_leaf(text: str, end: int, name: str) -> bool:
    """Whether an element without a value is closed at once, or is one of those that banks leave empty."""
    return text[end : end + len(name) + 3].upper() == f"</{name}>" or name in LEAVES


LEAVES = frozenset(
    "MEMO NAME CHECKNUM REFNUM SIC PAYEEID MESSAGE INTU.BID INTU.USERID"
    " SEVERITY CODE LANGUAGE CURDEF BRANCHID ACCTKEY ORG FID FITID DTUSER DTAVAIL TRNUID".split()
)


def _commas(root: Node) -> bool:
    amounts = [each.text for each in root.all("TRNAMT")][:2_000]
    return any("," in text and "." not in text and len(text) - text.rfind(",") != 4 for text in amounts)


def _statement(found: Node, decimal: str) -> Statement:
    source = next(
        (each for each in found.inside if each.name in {"BANKACCTFROM", "CCACCTFROM", "LOANACCTFROM"}), Node("")
    )
    number, kind = source.first("ACCTID"), source.first("ACCTTYPE").upper()
    is_card = found.name == "CCSTMTRS"
    rows = [_row(line, each, decimal) for line, each in enumerate(found.all("STMTTRN"), 1)]
    closing = amount_of(found.first("LEDGERBAL", "BALAMT"), decimal)
    booked = sum((row.amount for row in rows if row.amount is not None and row.status == "booked"), Decimal(0))
    return Statement(
        key=" ".join(part for part in (source.first("BANKID"), number, kind) if part)[:120],
        rows=tuple(sorted(rows, key=lambda row: row.day or date.min)),
        name=kind.capitalize() if kind else ("Card" if is_card else ""),
        mask=mask_of(number),
        currency=found.first("CURDEF").upper()[:3],
        kind="credit" if is_card else KINDS.get(kind, "depository"),
        opening=closing - booked if closing is not None and rows else None,
        closing=closing,
    )


def _row(line: int, found: Node, decimal: str) -> Row:
    amount = amount_of(found.first("TRNAMT"), decimal)
    day = day_of(found.first("DTPOSTED"), "ymd")
    made = day_of(found.first("DTUSER"), "ymd")
    name, memo = found.first("NAME") or found.first("PAYEE", "NAME"), found.first("MEMO")
    name, memo = " ".join(name.split())[:LONGEST_TEXT], " ".join(memo.split())[:LONGEST_TEXT]
    if memo and len(name) >= 20 and memo.startswith(name):
        name, memo = memo, ""
    return Row(
        line,
        day,
        amount,
        description=name
        or memo
        or f"Check {found.first('CHECKNUM')}".removesuffix("Check ")
        or found.first("TRNTYPE").capitalize(),
        note=memo if name and memo != name else "",
        reference=found.first("FITID")[:120],
        currency=found.first("CURRENCY", "CURSYM")[:3],
        authorized_on=made if made != day else None,
        problem="day" if day is None else "amount" if amount is None else "",
    )
