"""The lines of a table as rows: amounts with their sign, words, and the account that each line names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from banking.importing import programs, signs
from banking.importing.amounts import amount_of, is_empty
from banking.importing.days import day_of
from banking.importing.facts import LONGEST_TEXT, Row, Status
from banking.importing.grouping import Placed
from banking.importing.labels import labels_in
from banking.importing.roles import SYMBOLS, role_of
from banking.importing.table import Table

PENDING = {"pending", "vorgemerkt", "umsatz vorgemerkt", "processing", "authorised", "authorized", "ausstehend",
           "in progress", "in_progress", "reserved", "hold", "on hold", "en attente", "pendiente", "väntar",
           "unposted", "in sospeso"}  # fmt: skip
VOID = {"reverted", "declined", "failed", "cancelled", "canceled", "rejected", "denied", "voided", "void", "expired",
        "abgelehnt", "storniert", "memo", "returned unpaid", "交易关闭", "removed", "reversed",
        "rückgängig gemacht", "annulé", "annulée", "revertido", "revertida", "annullato", "annullata",
        "teruggedraaid"}  # fmt: skip
TESTED = 20_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what stands, and how it is written."""

    places: Mapping[str, int]
    decimal: str
    order: str
    turned: bool
    worded: int | None
    headed: str
    other: str = ""
    fee_sign: int = -1


def cell_of(row: Sequence[str], place: int | None) -> str:
    """The text in this place; empty where the line has none."""
    text = row[place].strip() if place is not None and place < len(row) else ""
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def values_of(table: Table, places: Mapping[str, int], *roles: str) -> list[str]:
    """What the first lines hold in the columns of these roles."""
    at = [places[role] for role in roles if role in places]
    return [row[place] for _line, row in table.rows[:TESTED] for place in at if place < len(row)]


def rows_of(table: Table, layout: Layout) -> tuple[list[Placed], list[tuple[int, str]]]:
    """The rows in the order of the file, and the lines that are none: their numbers and texts."""
    found, skipped = [], []
    special = programs.reader_of(table.heading)
    heading = [cell.strip() for cell in table.heading]
    sides = _abs_sides(table, layout)
    day = lru_cache(maxsize=10_000)(lambda text: day_of(text, layout.order))
    for line, cells in table.rows:
        if special:
            made = special(line, dict(zip(heading, cells, strict=False)))
        else:
            row = None if [cell.strip() for cell in cells] == heading else _row(line, cells, layout, sides, day)
            made = [_placed(row, cells, layout)] if row else []
        if not made:
            skipped.append((line, text_of(cells)))
        found += made
    return programs.joined(found, table.heading), skipped


def _abs_sides(table: Table, layout: Layout) -> dict[str, bool]:
    """Whether a minus in the column of debits or of credits is mere decoration: each of its amounts has one."""
    found = {}
    for side in ("debit", "credit"):
        amounts = [amount_of(text, layout.decimal) for text in values_of(table, layout.places, side)]
        moved = [amount for amount in amounts if amount]
        found[side] = bool(moved) and sum(amount < 0 for amount in moved) > len(moved) * 0.6
    return found


def _row(line: int, cells: list[str], layout: Layout, sides: Mapping[str, bool], day: object) -> Row | None:
    """None for a line that is no movement: a balance, a total, a remark.

    One with something in the places of the day and of the amount, neither of which can be read, is a broken one.
    """
    places = layout.places
    days = {role: cell_of(cells, places.get(role)) for role in ("posted", "made", "valued")}
    read = {role: day(text) if text else None for role, text in days.items()}  # type: ignore[operator]  # a function
    when = read["posted"] or read["made"] or read["valued"]
    said = any(any(sign.isdigit() for sign in text) for text in days.values())
    amount, told = _amount(cells, layout, sides)
    words = _words(cells, layout)
    moves = amount is not None and any(days.values()) and bool(words.get("description"))
    if when is None and amount is None and told and any(days.values()) and not _is_heading(cells):
        return Row(line, None, None, tidied(text_of(cells)), problem="line")
    if when is None and not moves and not (said and (told or len(cells) > 2)):
        return None
    if not told:
        return None
    problem = "" if when and amount is not None else "day" if when is None else "amount"
    if when is None and amount is None:
        return None
    made = read["made"] if read["made"] != when else None
    return Row(line, when, amount, authorized_on=made, problem=problem, **words)  # type: ignore[arg-type]  # named as its fields are


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether it names columns, as above each part of a file that has several."""
    return sum(bool(role_of(cell)) for cell in cells) > 1


def text_of(cells: Sequence[str]) -> str:
    """The line in one piece."""
    return " · ".join(cell.strip() for cell in cells if cell.strip())


def _amount(cells: list[str], layout: Layout, sides: Mapping[str, bool]) -> tuple[Decimal | None, bool]:
    """The amount with its sign, and whether there is anything in its place."""
    places, decimal = layout.places, layout.decimal
    if "amount" in places:
        text = cell_of(cells, places["amount"])
        if is_empty(text) and "other_amount" in places:
            text = cell_of(cells, places["other_amount"])
        if is_empty(text):
            return None, False
        amount = amount_of(text, decimal)
        if amount is None:
            return None, True
        if not amount and "part" in places:
            amount = amount_of(cell_of(cells, places["part"]), decimal) or amount
        if layout.worded is not None:
            amount = signs.directed(amount, cell_of(cells, layout.worded))
        amount = -amount if layout.turned else amount
        fee = amount_of(cell_of(cells, places.get("fee")), decimal) if "fee" in places else None
        return amount + layout.fee_sign * fee if fee else amount, True
    total, told = Decimal(0), False
    for side, factor in (("debit", -1), ("credit", 1)):
        text = cell_of(cells, places.get(side))
        if is_empty(text):
            continue
        part = amount_of(text, decimal)
        if part is None:
            return None, True
        total, told = total + factor * (-part if sides[side] else part), True
    return -total if layout.turned else total, told


def _words(cells: list[str], layout: Layout) -> dict[str, object]:
    places = layout.places
    text, payee = _said(cells, places.get("description")), _said(cells, places.get("payee"))
    payee = payee or _said(cells, places.get("payer"))
    status: Status = "booked"
    for role in ("status", "direction", "kind"):
        word = cell_of(cells, places.get(role)).casefold()
        status = "pending" if word in PENDING else "void" if word in VOID else status
    note = _said(cells, places.get("note"))
    category = cell_of(cells, places.get("category"))
    kind, direction = (_said(cells, places.get(role)) for role in ("kind", "direction"))
    description = text or payee or kind or note or category or direction
    return {
        "description": tidied(description),
        "payee": tidied(payee),
        "note": tidied(note if text or payee else ""),
        "reference": cell_of(cells, places.get("reference")).strip("'\"=")[:120],
        "category": tidied(category)[:200],
        "group": tidied(cell_of(cells, places.get("group")))[:200] if "group" in places else "",
        "tags": labels_in(cell_of(cells, places["tags"])) if "tags" in places else (),
        "balance": _balance(cell_of(cells, places["balance"]), layout.decimal) if "balance" in places else None,
        "status": status,
    }


def _said(cells: list[str], place: int | None) -> str:
    """The text of a cell; empty where it holds a mere dash."""
    text = cell_of(cells, place)
    return "" if is_empty(text) else text


def _balance(text: str, decimal: str) -> Decimal | None:
    """Some banks write balances with another sign than amounts."""
    if not text:
        return None
    found = amount_of(text, decimal)
    return amount_of(text, "." if decimal == "," else ",") if found is None else found


def tidied(text: str) -> str:
    """The text without line breaks and runs of blanks."""
    return " ".join(text[: LONGEST_TEXT * 2].split())[:LONGEST_TEXT]


def _placed(row: Row, cells: list[str], layout: Layout) -> Placed:
    """Beside the account that the line names."""
    places = layout.places
    currency = cell_of(cells, places.get("currency")).upper().removeprefix("CURRENCY::")[:8] or layout.headed
    if "other_amount" in places and is_empty(cell_of(cells, places["amount"])):
        currency = layout.other
    if not currency:
        text = " ".join(cell_of(cells, places.get(role)) for role in ("amount", "debit", "credit"))
        currency = next((code for sign, code in SYMBOLS.items() if sign != "$" and sign != "¥" and sign in text), "")
    currency = SYMBOLS.get(currency, currency) if currency != "¥" else "JPY"
    name, number = cell_of(cells, places.get("account")), cell_of(cells, places.get("number"))
    return Placed(name, number, currency, row, cell_of(cells, places.get("split")))
