"""Tables with a row for each movement, as banks and programs export them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from banking.importing import programs, signs
from banking.importing.amounts import amount_of, decimal_of, is_empty
from banking.importing.days import day_of, order_of
from banking.importing.facts import LONGEST_TEXT, Choices, Column, Guess, Parsed, Row, Status
from banking.importing.grouping import Placed, statements_of
from banking.importing.labels import labels_in
from banking.importing.places import must_have, places_of
from banking.importing.roles import NAMED, SYMBOLS, currency_in, plain
from banking.importing.table import Table, table_of

PENDING = {"pending", "vorgemerkt", "umsatz vorgemerkt", "processing", "authorised", "authorized", "ausstehend",
           "in progress", "in_progress", "reserved", "hold", "on hold", "en attente", "pendiente", "väntar",
           "unposted"}  # fmt: skip
VOID = {"reverted", "declined", "failed", "cancelled", "canceled", "rejected", "denied", "voided", "void", "expired",
        "abgelehnt", "storniert", "memo", "returned unpaid", "交易关闭", "removed", "reversed"}  # fmt: skip
CARD_HEADINGS = {"card no.", "card member", "card number", "purchased by"}
CARDS = {"American Express", "Discover", "Apple Card", "Nubank"}
SAMPLES, TESTED = 3, 20_000


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


def read(text: str, *, choices: Choices, likely_order: str) -> Parsed:
    """Raise Refusal where the text is no table with a day and an amount in each row."""
    table = table_of(text, delimiter=choices.delimiter)
    places = places_of(table, choices)
    must_have(places)
    likely = "," if table.guesses[0].value == ";" else "."
    decimal = _decimal(table, places, choices, likely)
    order = _order(table, places, choices, decimal.value, likely_order)
    layout = Layout(
        places, decimal.value, order.value, False, _worded(table, places, decimal.value), _headed(table, places)
    )
    sign = _sign(table, layout, choices)
    if "other_amount" in places:
        layout = replace(layout, other=currency_in(table.heading[places["other_amount"]]))
    layout = replace(layout, turned=sign.value == "turned", worded=layout.worded if sign.value != "as_is!" else None)
    placed, skipped = _rows(table, layout)
    placed, newest_first, told = _checked(placed, sign)
    guesses = (*table.guesses, decimal, order, told)
    is_card = signs.program_of(table.heading) in CARDS or sign.why in {"sign_payments", "sign_purchases"}
    kind = "credit" if is_card or {plain(cell) for cell in table.heading} & CARD_HEADINGS else "depository"
    statements = statements_of(placed, newest_first=newest_first, before=table.before, kind=kind)
    return Parsed("csv", statements, guesses, _columns(table, places), _fingerprint(table), skipped)


def _values(table: Table, places: Mapping[str, int], *roles: str) -> list[str]:
    at = [places[role] for role in roles if role in places]
    return [row[place] for _line, row in table.rows[:TESTED] for place in at if place < len(row)]


def _decimal(table: Table, places: Mapping[str, int], choices: Choices, likely: str) -> Guess:
    if choices.decimal:
        return Guess("decimal", choices.decimal, "chosen")
    found = decimal_of(_values(table, places, "amount", "debit", "credit"), likely=likely)
    if found.why == "decimal_assumed" and "balance" in places:
        return decimal_of(_values(table, places, "balance"), likely=likely)
    return found


def _order(table: Table, places: Mapping[str, int], choices: Choices, decimal: str, likely: str) -> Guess:
    if choices.date_order:
        return Guess("date_order", choices.date_order, "chosen")
    texts = _values(table, places, "posted", "made", "valued")
    dotted = any(re.match(r"\d{1,2}\.\d{1,2}\.", text) for text in texts[:50])
    if dotted or decimal == ",":
        return order_of(texts, likely="dmy", why="days_dotted" if dotted else "days_comma")
    currency = _headed(table, places)
    if currency and currency != "USD":
        return order_of(texts, likely="dmy", why="days_currency")
    return order_of(texts, likely="mdy" if currency == "USD" else likely, why="days_likely")


def _headed(table: Table, places: Mapping[str, int]) -> str:
    """The currency that the heading of an amount names."""
    for role in ("amount", "debit", "credit"):
        if role in places and (found := currency_in(table.heading[places[role]])):
            return found
    return ""


def _worded(table: Table, places: Mapping[str, int], decimal: str) -> int | None:
    """The column whose words say which way money went, where the amounts do not."""
    if "amount" not in places:
        return None
    rows = [row for _line, row in table.rows[:TESTED] if places["amount"] < len(row)]
    amounts = [amount_of(row[places["amount"]], decimal) for row in rows]
    for place, role in enumerate(table.roles):
        if role == "direction" and signs.of_words([row[place] if place < len(row) else "" for row in rows], amounts):
            return place
    return None


def _sign(table: Table, layout: Layout, choices: Choices) -> Guess:
    if choices.sign in {"as_is", "turned"}:
        return Guess("sign", choices.sign, "chosen")
    if "amount" not in layout.places:
        return Guess("sign", "as_is", "sign_columns")
    if layout.worded is not None:
        return Guess("sign", "as_is", "sign_words", {"column": table.heading[layout.worded][:40]})
    if program := signs.program_of(table.heading):
        return Guess("sign", "turned", "sign_program", {"program": program})
    kind = layout.places.get("direction")
    texts = [layout.places[role] for role in ("description", "payee") if role in layout.places]
    seen = [
        (amount, " ".join(_cell(row, place) for place in texts), _cell(row, kind))
        for _line, row in table.rows[:TESTED]
        if (amount := amount_of(_cell(row, layout.places["amount"]), layout.decimal))
    ]
    return signs.by_wording(seen) or Guess(
        "sign", "as_is", "sign_plain" if any(amount < 0 for amount, _t, _k in seen) else "sign_no_minus"
    )


def _cell(row: Sequence[str], place: int | None) -> str:
    text = row[place].strip() if place is not None and place < len(row) else ""
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def _rows(table: Table, layout: Layout) -> tuple[list[Placed], int]:
    found, skipped = [], 0
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
        skipped += not made
        found += made
    return programs.joined(found, table.heading), skipped


def _abs_sides(table: Table, layout: Layout) -> dict[str, bool]:
    """Whether a minus in the column of debits or of credits is mere decoration: each of its amounts has one."""
    found = {}
    for side in ("debit", "credit"):
        amounts = [amount_of(text, layout.decimal) for text in _values(table, layout.places, side)]
        moved = [amount for amount in amounts if amount]
        found[side] = bool(moved) and sum(amount < 0 for amount in moved) > len(moved) * 0.6
    return found


def _row(line: int, cells: list[str], layout: Layout, sides: Mapping[str, bool], day: object) -> Row | None:
    """None for a line that is no movement: a balance, a total, a remark."""
    places = layout.places
    days = {role: _cell(cells, places.get(role)) for role in ("posted", "made", "valued")}
    read = {role: day(text) if text else None for role, text in days.items()}  # type: ignore[operator]  # a function
    when = read["posted"] or read["made"] or read["valued"]
    said = any(any(sign.isdigit() for sign in text) for text in days.values())
    amount, told = _amount(cells, layout, sides)
    words = _words(cells, layout)
    moves = amount is not None and any(days.values()) and bool(words.get("description"))
    if when is None and not moves and not (said and (told or len(cells) > 2)):
        return None
    if not told:
        return None
    problem = "" if when and amount is not None else "day" if when is None else "amount"
    if when is None and amount is None:
        return None
    made = read["made"] if read["made"] != when else None
    return Row(line, when, amount, authorized_on=made, problem=problem, **words)  # type: ignore[arg-type]


def _amount(cells: list[str], layout: Layout, sides: Mapping[str, bool]) -> tuple[Decimal | None, bool]:
    """The amount with its sign, and whether there is anything in its place."""
    places, decimal = layout.places, layout.decimal
    if "amount" in places:
        text = _cell(cells, places["amount"])
        if is_empty(text) and "other_amount" in places:
            text = _cell(cells, places["other_amount"])
        if is_empty(text):
            return None, False
        amount = amount_of(text, decimal)
        if amount is None:
            return None, True
        if not amount and "part" in places:
            amount = amount_of(_cell(cells, places["part"]), decimal) or amount
        if layout.worded is not None:
            amount = signs.directed(amount, _cell(cells, layout.worded))
        amount = -amount if layout.turned else amount
        fee = amount_of(_cell(cells, places.get("fee")), decimal) if "fee" in places else None
        return amount - abs(fee) if fee else amount, True
    total, told = Decimal(0), False
    for side, factor in (("debit", -1), ("credit", 1)):
        text = _cell(cells, places.get(side))
        if is_empty(text):
            continue
        part = amount_of(text, decimal)
        if part is None:
            return None, True
        total, told = total + factor * (-part if sides[side] else part), True
    return -total if layout.turned else total, told


def _words(cells: list[str], layout: Layout) -> dict[str, object]:
    places = layout.places
    text, payee = _cell(cells, places.get("description")), _cell(cells, places.get("payee"))
    payee = payee or _cell(cells, places.get("payer"))
    status: Status = "booked"
    for role in ("status", "direction", "kind"):
        word = _cell(cells, places.get(role)).casefold()
        status = "pending" if word in PENDING else "void" if word in VOID else status
    note = _cell(cells, places.get("note"))
    category = _cell(cells, places.get("category"))
    description = text or payee or _cell(cells, places.get("kind")) or note or category
    return {
        "description": _tidy(description),
        "payee": _tidy(payee),
        "note": _tidy(note if text or payee else ""),
        "reference": _cell(cells, places.get("reference")).strip("'\"=")[:120],
        "category": _tidy(category)[:200],
        "group": _tidy(_cell(cells, places.get("group")))[:200] if "group" in places else "",
        "tags": labels_in(_cell(cells, places["tags"])) if "tags" in places else (),
        "balance": _balance(_cell(cells, places["balance"]), layout.decimal) if "balance" in places else None,
        "status": status,
    }


def _balance(text: str, decimal: str) -> Decimal | None:
    """Some banks write balances with another sign than amounts."""
    if not text:
        return None
    found = amount_of(text, decimal)
    return amount_of(text, "." if decimal == "," else ",") if found is None else found


def _tidy(text: str) -> str:
    """Without line breaks and runs of blanks."""
    return " ".join(text[: LONGEST_TEXT * 2].split())[:LONGEST_TEXT]


def _placed(row: Row, cells: list[str], layout: Layout) -> Placed:
    """Beside the account that the line names."""
    places = layout.places
    currency = _cell(cells, places.get("currency")).upper().removeprefix("CURRENCY::")[:8] or layout.headed
    if "other_amount" in places and is_empty(_cell(cells, places["amount"])):
        currency = layout.other
    if not currency:
        text = " ".join(_cell(cells, places.get(role)) for role in ("amount", "debit", "credit"))
        currency = next((code for sign, code in SYMBOLS.items() if sign != "$" and sign != "¥" and sign in text), "")
    currency = SYMBOLS.get(currency, currency) if currency != "¥" else "JPY"
    name, number = _cell(cells, places.get("account")), _cell(cells, places.get("number"))
    return Placed(name, number, currency, row)


def _checked(placed: list[Placed], sign: Guess) -> tuple[list[Placed], bool | None, Guess]:
    """The running balance proves or turns the signs, where there is one."""
    pairs = [
        (each.row.amount, each.row.balance)
        for each in placed[:5_000]
        if each.row.amount is not None and each.row.balance is not None and each.row.status == "booked"
    ]
    if len(pairs) < 3 or sign.why == "chosen" or len({(each.name, each.currency) for each in placed[:5_000]}) > 1:
        return placed, None, sign
    proof, newest_first = signs.by_balance(pairs)
    if proof is None:
        return placed, None, sign
    if proof.value == "as_is":
        return placed, newest_first, Guess("sign", sign.value, "sign_balance", proof.values)
    value = "as_is" if sign.value == "turned" else "turned"
    turned = [
        each._replace(row=replace(each.row, amount=-each.row.amount)) if each.row.amount is not None else each
        for each in placed
    ]
    return turned, newest_first, Guess("sign", value, "sign_balance", proof.values)


def _columns(table: Table, places: Mapping[str, int]) -> tuple[Column, ...]:
    roles = {place: role for role, place in places.items() if role in NAMED}
    return tuple(
        Column(
            name[:80] or f"#{place + 1}",
            roles.get(place, ""),
            tuple(_cell(row, place)[:60] for _line, row in table.rows[:SAMPLES]),
        )
        for place, name in enumerate(table.heading)
    )


def _fingerprint(table: Table) -> str:
    """The same for every file with these headings."""
    named = "\x1f".join(plain(cell) for cell in table.heading)
    return hashlib.sha256(f"csv\x1e{table.guesses[0].value}\x1e{named}".encode()).hexdigest()
