"""MT940, and MT942 which is written alike: customer statements of SWIFT, in the dialects of the banks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from banking.importing.amounts import amount_of
from banking.importing.facts import LONGEST_TEXT, Guess, Parsed, Refusal, Row, Statement
from banking.importing.grouping import mask_of, merged

FIELD = re.compile(r"^:(\d{2}[A-Z]?):(.*)$")
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d.,]+)")
LINE = re.compile(
    r"(?P<valued>\d{6})(?P<booked>\d{4})?\s*(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])?\s*(?P<amount>[\d.]*,?\d*)"
    r"(?P<type>[A-Z][A-Z0-9]{3})?(?P<reference>[^/\n]{0,34}?)(?://(?P<bank>[^\n]{0,34}))?(?:\n(?P<more>.*))?$",
    re.DOTALL,
)
SUBFIELD = re.compile(r"^(?:\d{3})?([~<^])\d{2}|(\?)\d{2}", re.MULTILINE)
CODE = re.compile(r"\d{3}")
LONGEST_PIECE = 27
SLASHED = re.compile(r"/(NAME|REMI|EREF|MARF|CSID|BENM|ORDP|TRTP|IBAN|BIC|CNTP|PREF|TRCD|RTRN|KREF|SVWZ|PURP|ID|ISDT)/")
SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)\+")
NO_ID = {"EREF", "MARF", "PREF", "", "NONREF", "NOTPROVIDED", "NOREF"}
MOST_ROWS = 300_000


def read(text: str) -> Parsed:
    """Raise Refusal where there is no statement."""
    found = [(_began(fields), _statement(fields)) for fields in _blocks(text)]
    statements = merged([(day, each) for day, each in found if each.key or each.rows])
    if not statements:
        raise Refusal("no_statement")
    if sum(len(each.rows) for each in statements) > MOST_ROWS:
        raise Refusal("too_many_rows", count=MOST_ROWS)
    guesses = (
        Guess("decimal", ",", "format_says"),
        Guess("date_order", "ymd", "format_says"),
        Guess("sign", "as_is", "format_says"),
    )
    return Parsed("mt940", statements, guesses)


def _blocks(text: str) -> Iterator[list[tuple[int, str, str]]]:
    """The fields of each statement: (line, tag, text with its following lines)."""
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"^\{1:.*?\{4:\s*", "", line.rstrip())
        if not line or line in {"-", "-}", "}"} or line.startswith(("{", "-}")):
            continue
        if field := FIELD.match(line):
            if field[1] == "20" and found:
                yield found
                found = []
            found.append((number, field[1], field[2]))
        elif found:
            first, tag, before = found[-1]
            found[-1] = (first, tag, f"{before}\n{line}")
    if found:
        yield found


def _statement(fields: list[tuple[int, str, str]]) -> Statement:
    number = currency = ""
    opening = closing = None
    rows: list[Row] = []
    for line, tag, text in fields:
        if tag in {"25", "25P"}:
            number = text.split("\n")[0].strip()
        elif tag in {"60F", "60M"} and (found := BALANCE.match(text.strip())):
            opening, currency = (opening if opening is not None else _balance(found)), found[3]
        elif tag in {"62F", "62M"} and (found := BALANCE.match(text.strip())):
            closing, currency = _balance(found), currency or found[3]
        elif tag == "61":
            rows.append(_row(line, text))
        elif (
            tag == "86"
            and rows
            and (not rows[-1].description or (CODE.fullmatch(rows[-1].description) and SUBFIELD.search(text)))
        ):
            rows[-1] = _described(rows[-1], text)
    named = re.sub(r"([A-Z]{3})$", "", number.replace(" ", "")) if number[-3:].isalpha() else number
    rows = [row if row.description else replace(row, description=row.note or row.reference) for row in rows]
    return Statement(
        key=number[:120], rows=tuple(rows), mask=mask_of(named), currency=currency, opening=opening, closing=closing
    )


def _began(fields: list[tuple[int, str, str]]) -> date | None:
    """The day of the balance that the statement opens with."""
    first = next((text for _line, tag, text in fields if tag in {"60F", "60M"}), "")
    found = BALANCE.match(first.strip())
    return _day(found[2]) if found else None


def _balance(found: "re.Match[str]") -> Decimal | None:
    amount = amount_of(found[4], ",")
    return -amount if amount is not None and found[1] == "D" else amount


def _row(line: int, text: str) -> Row:
    found = LINE.match(text.strip("\r"))
    if not found:
        return Row(line, None, None, description=text[:LONGEST_TEXT], problem="line")
    amount = amount_of(found["amount"].strip(), ",")
    out = found["mark"][-1] == "D"
    if found["mark"].startswith("R"):
        out = not out
    valued = _day(found["valued"])
    booked = _booked(found["booked"], valued)
    own, bank = (found["reference"] or "").strip(), (found["bank"] or "").strip()
    reference = bank if bank not in NO_ID else own if own not in NO_ID else ""
    return Row(
        line,
        booked or valued,
        None if amount is None else -amount if out else amount,
        note=" ".join((found["more"] or "").split())[:LONGEST_TEXT],
        reference=reference[:120],
        problem="day" if not (booked or valued) else "amount" if amount is None else "",
    )


def _day(text: str) -> date | None:
    try:
        year = int(text[:2])
        return date(year + (1900 if year >= 80 else 2000), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _booked(text: str | None, valued: date | None) -> date | None:
    """Month and day, of the year that is nearest to the value date."""
    if not text or valued is None:
        return None
    found = []
    for year in (valued.year - 1, valued.year, valued.year + 1):
        try:
            found.append(date(year, int(text[:2]), int(text[2:])))
        except ValueError:
            continue
    return min(found, key=lambda day: abs((day - valued).days), default=None)


def _described(row: Row, text: str) -> Row:
    """Field 86: with numbered subfields (Germany, Poland), with words between slashes (Netherlands), or plain."""
    if found := SUBFIELD.search(text):
        return _numbered(row, text, found[1] or found[2])
    joined = text.replace("\n", "")
    if SLASHED.search(joined):
        parts = SLASHED.split(joined)
        told = dict(zip(parts[1::2], parts[2::2], strict=False))
        remark = re.sub(r"^(USTD|STRD)?/+", "", told.get("REMI", told.get("SVWZ", "")).strip("/"))
        name = told.get("NAME", "").strip("/ ") or "/".join(told.get("CNTP", "").split("/")[2:3]).strip()
        words = " ".join(remark.replace("//", " ").split())
        return replace(row, description=(words or name)[:LONGEST_TEXT], payee=name[:LONGEST_TEXT])
    return replace(row, description=" ".join(text.split())[:LONGEST_TEXT])


def _numbered(row: Row, text: str, sign: str) -> Row:
    """Without the words of SEPA, a piece of the purpose that is not full ends with a word."""
    parts = re.split(rf"{re.escape(sign)}(\d{{2}})", text.replace("\n", ""))
    told = dict(zip(parts[1::2], parts[2::2], strict=False))
    pieces = [told.get(f"{key:02}", "") for key in (*range(20, 30), *range(60, 64))]
    purpose = "".join(pieces)
    name = " ".join(f"{told.get('32', '')}{told.get('33', '')}".split())
    if SEPA.search(purpose):
        pieces = SEPA.split(purpose)
        purpose = dict(zip(pieces[1::2], pieces[2::2], strict=False)).get("SVWZ", "") or pieces[0]
    else:
        purpose = "".join(piece if len(piece) >= LONGEST_PIECE else f"{piece} " for piece in pieces)
    words = " ".join(purpose.split()) or name or told.get("00", "").strip()
    return replace(row, description=words[:LONGEST_TEXT], payee=name[:LONGEST_TEXT])
