"""QIF, as Quicken and those who followed it write it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from banking.importing.amounts import amount_of, decimal_of
from banking.importing.days import day_of, order_of
from banking.importing.facts import LONGEST_TEXT, Choices, Guess, Parsed, Part, Refusal, Row, Statement
from banking.importing.labels import labels_in

KINDS = {"bank": "depository", "cash": "depository", "ccard": "credit", "oth a": "other", "oth l": "loan"}
LISTS = {"cat", "class", "memorized", "security", "prices", "budget", "invitem", "template", "tag"}
MOST_ROWS = 300_000


@dataclass(slots=True)
class Entry:
    """The fields of one record, by their letter; splits are letters S, E and $ in turn."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    splits: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Register:
    """One account and its records."""

    name: str
    kind: str
    entries: list[Entry] = field(default_factory=list)
    opening: str = ""


def read(text: str, *, choices: Choices, likely_order: str) -> Parsed:
    """Raise Refusal where there is no register."""
    registers = [each for each in _registers(text) if each.entries]
    if not registers:
        raise Refusal("no_statement")
    entries = [entry for each in registers for entry in each.entries]
    if len(entries) > MOST_ROWS:
        raise Refusal("too_many_rows", count=MOST_ROWS)
    amounts = [entry.fields.get("T") or entry.fields.get("U", "") for entry in entries]
    days = [_plain_day(entry.fields.get("D", "")) for entry in entries]
    decimal = Guess("decimal", choices.decimal, "chosen") if choices.decimal else decimal_of(amounts)
    likely = "dmy" if decimal.value == "," else likely_order
    order = (
        Guess("date_order", choices.date_order, "chosen")
        if choices.date_order
        else order_of(days, likely=likely, why="days_comma" if decimal.value == "," else "days_likely")
    )
    turned = choices.sign == "turned"
    statements = tuple(_statement(each, decimal.value, order.value, turned=turned) for each in registers)
    sign = Guess("sign", "turned", "chosen") if turned else Guess("sign", "as_is", "format_says")
    return Parsed("qif", _merged(statements), (decimal, order, sign))


def _registers(text: str) -> Iterator[Register]:
    """What stands between `!` lines; an account that was named applies to the registers after it."""
    name, kind, mode = "", "", ""
    current: Register | None = None
    entry = Entry(1)
    account: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.rstrip().lstrip("\ufeff")
        if not line.strip():
            continue
        if line.startswith("!"):
            if current and entry.fields:
                current.entries.append(entry)
            entry, word = Entry(number + 1), line[1:].strip().casefold()
            if word.startswith("type:"):
                mode = word[5:].strip()
                if current:
                    yield current
                current = None if mode in LISTS or mode.startswith("invst") else Register(name, kind or mode)
            elif word.startswith("account"):
                mode, account = "account", {}
            continue
        if mode == "account":
            if line.startswith("^"):
                name, kind = account.get("N", ""), account.get("T", "").casefold()
            else:
                account[line[0].upper()] = line[1:].strip()
        elif line.startswith("^"):
            if current and entry.fields:
                current.entries.append(entry)
            entry = Entry(number + 1)
        elif current is not None:
            _add(entry, line[0], line[1:].strip())
    if current:
        if entry.fields:
            current.entries.append(entry)
        yield current


def _add(entry: Entry, letter: str, value: str) -> None:
    if letter == "S":
        entry.splits.append({"S": value})
    elif letter in "E$%" and entry.splits:
        entry.splits[-1][letter] = value
    elif letter == "A":
        entry.fields["A"] = f"{entry.fields.get('A', '')} {value}".strip()
    else:
        entry.fields.setdefault(letter.upper(), value)


def _plain_day(text: str) -> str:
    """`1/ 5'99` and `1/5' 4` without the blanks; the apostrophe stands before years from 2000 on, or any."""
    text = re.sub(r"\s*([/.\-'’])\s*", r"\1", text.strip())
    if found := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})['’](\d{1,2})", text):
        year = int(found[3])
        return f"{found[1]}/{found[2]}/{(1900 if year >= 70 else 2000) + year}"
    return text.replace("'", "/").replace("’", "/")


def _statement(found: Register, decimal: str, order: str, *, turned: bool) -> Statement:
    rows, opening, name = [], None, found.name
    ends = (0, len(found.entries) - 1)  # of a register that may begin with its newest record
    for place, entry in enumerate(found.entries):
        row = _row(entry, decimal, order, turned=turned)
        if opening is None and place in ends and row.description.casefold() == "opening balance" and not entry.splits:
            category = entry.fields.get("L", "")
            name = name or (category.strip("[]") if category.startswith("[") else "")
            opening = row.amount
            continue
        rows.append(row)
    kind = next((ours for theirs, ours in KINDS.items() if found.kind.startswith(theirs)), "depository")
    days = [row.day for row in rows if row.day]
    ordered = rows[::-1] if len(days) > 1 and days[0] > days[-1] else rows
    return Statement(key=name[:120], rows=tuple(ordered), name=name[:120], kind=kind, opening=opening)


def _row(entry: Entry, decimal: str, order: str, *, turned: bool) -> Row:
    values = entry.fields
    amount = amount_of(values.get("T") or values.get("U", ""), decimal)
    day = day_of(_plain_day(values.get("D", "")), order)
    payee, memo = values.get("P", ""), values.get("M", "")
    parts = _parts(entry, decimal, amount)
    factor = -1 if turned else 1
    return Row(
        entry.line,
        day,
        None if amount is None else factor * amount,
        description=(payee or memo or _category(values.get("L", "")))[:LONGEST_TEXT],
        note=memo[:LONGEST_TEXT] if payee and memo != payee else "",
        category="" if parts else _category(values.get("L", ""))[:200],
        tags=_classes(values.get("L", "")),
        parts=tuple(replace(part, amount=factor * part.amount) for part in parts),
        problem="day" if day is None else "amount" if amount is None else "",
    )


def _parts(entry: Entry, decimal: str, amount: Decimal | None) -> tuple[Part, ...]:
    """The splits where they add up to the amount; else none, as they would be wrong."""
    found = []
    for split in entry.splits:
        part = amount_of(split.get("$", ""), decimal)
        if part is not None:
            said, note = split.get("S", ""), split.get("E", "")[:LONGEST_TEXT]
            found.append(Part(part, _category(said), note, _classes(said)))
    if len(found) < 2 or sum((part.amount for part in found), Decimal(0)) != amount:
        return ()
    return tuple(found)


def _category(text: str) -> str:
    """`Food:Groceries/Class` without its class; `[Savings]` is a transfer to that account."""
    inside = text.find("]") + 1 if text.startswith("[") else 0
    return (text[:inside] or text.split("/")[0].strip())[:200]


def _classes(text: str) -> tuple[str, ...]:
    """The class, and its class, behind a category or an account: `Food:Groceries/Cabin`, `[Savings]/Cabin`."""
    inside = text.find("]") + 1 if text.startswith("[") else 0
    return labels_in(text[inside:].partition("/")[2].replace("/", ",").replace(":", ","))


def _merged(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Registers of one account put together."""
    found: dict[tuple[str, str], Statement] = {}
    for each in statements:
        known = found.get((each.key, each.kind))
        if known is None:
            found[(each.key, each.kind)] = each
            continue
        opening = known.opening if known.opening is not None else each.opening
        found[(each.key, each.kind)] = Statement(
            key=each.key, rows=(*known.rows, *each.rows), name=each.name, kind=each.kind, opening=opening
        )
    return tuple(found.values())
