"""What single programs write in a way of their own: both sides of a transfer in one line, splits over several."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from banking.importing.amounts import amount_of
from banking.importing.days import day_of
from banking.importing.facts import LONGEST_TEXT, Part, Row, Status
from banking.importing.grouping import Placed
from banking.importing.labels import labels_in
from banking.importing.roles import plain

Reader = Callable[[int, Mapping[str, str]], list[Placed]]
OWN = {
    "asset account",
    "default account",
    "cash wallet",
    "loan",
    "debt",
    "mortgage",
    "liability",
    "liability credit account",
}
YNAB_PART = re.compile(r"\(?Split \(?(\d+)/(\d+)\)\s*(.*)", re.DOTALL)
ACTUAL_WHOLE = re.compile(r"\(SPLIT INTO (\d+)\)\s*(.*)", re.DOTALL)
ACTUAL_PART = re.compile(r"\(SPLIT (\d+) OF (\d+)\)\s*(.*)", re.DOTALL)
WISE = {"direction", "source amount", "source currency", "target amount", "target currency", "status", "id"}
WISE_STATUS: Mapping[str, Status] = {"completed": "booked", "cancelled": "void", "canceled": "void", "refunded": "void"}
FIREFLY = {"type", "amount", "source name", "source type", "destination name", "destination type", "date"}


def reader_of(heading: Sequence[str]) -> Reader | None:
    """What reads a line of a program that needs its own reading."""
    names = {plain(cell) for cell in heading}
    return _firefly if names >= FIREFLY else _wise if names >= WISE else None


def _firefly(line: int, cells: Mapping[str, str]) -> list[Placed]:
    """A journal of Firefly III: one row for each side that is an account of one's own."""
    amount = amount_of(cells.get("amount", ""), ".")
    day = day_of(cells.get("date", ""), "ymd")
    if amount is None or day is None:
        return []
    size, kind = abs(amount), cells.get("type", "").casefold()
    source_own = cells.get("source_type", "").casefold() in OWN
    target_own = cells.get("destination_type", "").casefold() in OWN
    found = []
    both = source_own and target_own
    for own, side, other, sign in ((source_own, "source", "destination", -1), (target_own, "destination", "source", 1)):
        if not own:
            continue
        foreign = amount_of(cells.get("foreign_amount", ""), ".")
        code, moved = cells.get("currency_code", ""), size
        if both and side == "destination" and foreign:
            code, moved = cells.get("foreign_currency_code", "") or code, abs(foreign)
        opens = kind == "opening balance"
        row = Row(
            line,
            day,
            sign * moved,
            description=cells.get("description", "").strip()[:2_000],
            payee=cells.get(f"{other}_name", "").strip()[:2_000],
            note=cells.get("notes", "").strip()[:2_000],
            category=cells.get("category", "").strip()[:200],
            tags=labels_in(cells.get("tags", "")),
            status="opening" if opens else "booked",
            reference=f"firefly-{cells['journal_id']}-{side}"[:120] if cells.get("journal_id") else "",
        )
        found.append(Placed(cells.get(f"{side}_name", "").strip(), cells.get(f"{side}_iban", "").strip(), code, row))
    return found


def _wise(line: int, cells: Mapping[str, str]) -> list[Placed]:
    """A payment in the list of all that Wise has; both sides of an exchange. What is sent is told without its fee."""
    told = dict.fromkeys(WISE, "") | {plain(name): text.strip() for name, text in cells.items()}
    created = day_of(told.get("created on", ""), "ymd")
    day = day_of(told.get("finished on", ""), "ymd") or created
    ways = {"out": ("source",), "in": ("target",), "neutral": ("source", "target")}
    found = []
    for side in ways.get(told["direction"].casefold(), ()):
        amount = amount_of(told[f"{side} amount"], ".")
        if amount is None:
            continue
        fee = amount_of(told.get("source fee amount", ""), ".") or Decimal(0)
        other = told.get("target name" if side == "source" else "source name", "")
        row = Row(
            line,
            day,
            -amount - fee if side == "source" else amount,
            description=(told.get("reference", "") or other)[:LONGEST_TEXT],
            payee=other[:LONGEST_TEXT],
            note=told.get("note", "")[:LONGEST_TEXT],
            category=told.get("category", "")[:200],
            authorized_on=created if created != day else None,
            status=WISE_STATUS.get(told["status"].casefold(), "pending"),
            reference=f"{told['id']}-{side}"[:120] if told["id"] else "",
            problem="" if day else "day",
        )
        found.append(Placed("", "", told[f"{side} currency"][:8], row))
    return found


def joined(placed: list[Placed], heading: Sequence[str]) -> list[Placed]:
    """Lines that are parts of one movement put together, as YNAB, Actual and Quicken write them."""
    names = {plain(cell) for cell in heading}
    if "split amount" in names:
        return _actual(placed)
    if {"outflow", "inflow", "memo"} <= names:
        return _ynab(placed)
    if {"scheduled", "split", "payee"} <= names:
        return _quicken(placed)
    return placed


def _ynab(placed: list[Placed]) -> list[Placed]:
    found: list[Placed] = []
    waiting: list[tuple[Placed, str]] = []
    for each in placed:
        part = YNAB_PART.match(each.row.note) or YNAB_PART.match(each.row.description)
        if not part:
            found += _whole(waiting)
            waiting = []
            found.append(each)
            continue
        if waiting and not _together(waiting[0][0], each):
            found += _whole(waiting)
            waiting = []
        waiting.append((each, part[3].strip()))
        if len(waiting) == int(part[2]):
            found += _whole(waiting)
            waiting = []
    return found + _whole(waiting)


def _quicken(placed: list[Placed]) -> list[Placed]:
    """Parts have an S before their day, and stand together."""
    found: list[Placed] = []
    for (parts, *_same), group in groupby(
        placed, lambda each: (each.part == "S", each.name, each.row.day, each.row.payee)
    ):
        lines = list(group)
        found += _whole([(each, each.row.note) for each in lines]) if parts else lines
    return found


def _split_of(each: Placed) -> tuple[object, ...]:
    return each.part == "S", each.name, each.row.day, each.row.payee


def _together(one: Placed, two: Placed) -> bool:
    return (one.name, one.row.day) == (two.name, two.row.day)


def _whole(waiting: list[tuple[Placed, str]]) -> list[Placed]:
    """One movement of the parts that were waiting; a single one is no split."""
    if len(waiting) < 2:
        return [each for each, _note in waiting]
    parts = tuple(
        Part(each.row.amount or Decimal(0), each.row.category, note, each.row.tags, each.row.group)
        for each, note in waiting
    )
    first = waiting[0][0]
    row = replace(
        first.row,
        amount=sum((part.amount for part in parts), Decimal(0)),
        parts=parts,
        balance=_last_balance([each.row for each, _note in waiting]),
        category="",
        group="",
        note="",
        tags=(),
    )
    return [first._replace(row=row)]


def _last_balance(rows: Sequence[Row]) -> Decimal | None:
    """The balance after all of these rows, whichever way they stand."""
    first, last = rows[0], rows[-1]
    if first.balance is None or last.balance is None or last.amount is None:
        return None
    follows = rows[-2].balance is not None and rows[-2].balance + last.amount == last.balance
    return last.balance if follows else first.balance


def _actual(placed: list[Placed]) -> list[Placed]:
    """A whole is followed by its parts, before or after the others of its day."""
    found: list[Placed] = []
    open_at: dict[tuple[str, object, int], int] = {}
    for each in placed:
        whole, part = ACTUAL_WHOLE.match(each.row.note), ACTUAL_PART.match(each.row.note)
        key = (each.name, each.row.day, int((whole and whole[1]) or (part and part[2]) or 0))
        if whole:
            open_at[key] = len(found)
            found.append(each._replace(row=replace(each.row, note=whole[2].strip(), category="")))
        elif part and key in open_at:
            at = open_at[key]
            row = found[at].row
            piece = Part(each.row.amount or Decimal(0), each.row.category, part[3].strip())
            parts = (*row.parts, piece)
            total = sum((one.amount for one in parts), Decimal(0))
            found[at] = found[at]._replace(row=replace(row, parts=parts, amount=total))
        else:
            found.append(each)
    return found
