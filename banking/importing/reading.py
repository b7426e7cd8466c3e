"""Which format a file has, and its reader."""

import re
from dataclasses import replace

from banking.importing import camt, csv_file, mt940, ofx, qif
from banking.importing.decoding import LARGEST, text_of
from banking.importing.facts import NOTHING_CHOSEN, Choices, Parsed, Refusal

QIF = re.compile(r"^\s*!(?:type|account|option|clear)\b", re.IGNORECASE)
MT940 = re.compile(r"^:(?:20|25|61|60F):", re.MULTILINE)
HEAD = 5_000


def read(
    content: bytes, *, choices: Choices = NOTHING_CHOSEN, likely_order: str = "mdy", largest: int = LARGEST
) -> Parsed:
    """What the file says; `likely_order` is how days are written where the person lives. Raise Refusal."""
    text, encoding = text_of(content, chosen=choices.encoding, largest=largest)
    parsed = _parsed(text, choices, likely_order)
    if not any(statement.rows for statement in parsed.statements):
        raise Refusal("no_rows")
    return replace(parsed, guesses=(encoding, *parsed.guesses))


def _parsed(text: str, choices: Choices, likely_order: str) -> Parsed:
    head = text[:HEAD].lstrip()
    upper = head.upper()
    if upper.startswith("OFXHEADER") or "<OFX>" in upper or re.match(r"<\?OFX|<\?XML[^>]*>\s*<\?OFX", upper):
        return ofx.read(text)
    if upper.startswith(("<!DOCTYPE HTML", "<HTML", "<TABLE", "<HEAD", "<META")):
        raise Refusal("html")
    if re.match(r"<(\?xml|!|[A-Za-z])", head):
        return camt.read(text)
    if QIF.match(head):
        return qif.read(text, choices=choices, likely_order=likely_order)
    if len(MT940.findall(text[: HEAD * 4])) >= 2:
        return mt940.read(text)
    if re.match(r"[{\[]\s*[\"{\[]", head):
        raise Refusal("json")
    return csv_file.read(text, choices=choices, likely_order=likely_order)
