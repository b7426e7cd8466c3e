"""Tables with a row for each movement, as banks and programs export them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from banking.importing import signs
from banking.importing.amounts import amount_of, decimal_of
from banking.importing.csv_rows import TESTED, Layout, cell_of, rows_of, text_of, tidied, values_of
from banking.importing.days import order_of
from banking.importing.facts import Choices, Column, Guess, Parsed, Row
from banking.importing.grouping import Placed, statements_of
from banking.importing.places import CARD_NUMBERS, are_enough, must_have, places_of
from banking.importing.roles import NAMED, currency_in, plain
from banking.importing.table import Table, table_of

CARD_HEADINGS = {"card member", "purchased by"}
CHASE_CARD = {"transaction date", "post date", "description", "category", "type", "amount", "memo"}
CARDS = {"American Express", "Discover", "Apple Card", "Nubank"}
SAMPLES = 3
NAMED_LINES, SHOWN_LINES = 20, 5


def read(text: str, *, choices: Choices, likely_order: str) -> Parsed:
    """Rows that cannot be read where nobody knows which column holds what; raise Refusal where the text is no table."""
    table = table_of(text, delimiter=choices.delimiter)
    places = places_of(table, choices)
    if choices.columns:
        must_have(places)
    elif not are_enough(places):
        return _unmapped(table, places)
    likely = "," if table.guesses[0].value == ";" else "."
    decimal = _decimal(table, places, choices, likely)
    order = _order(table, places, choices, decimal.value, likely_order)
    layout = Layout(
        places, decimal.value, order.value, False, _worded(table, places, decimal.value), _headed(table, places)
    )
    sign = _sign(table, layout, choices)
    if "other_amount" in places:
        layout = replace(layout, other=currency_in(table.heading[places["other_amount"]]))
    if "fee" in places:
        layout = replace(layout, fee_sign=_fee_sign(table, places, decimal.value))
    layout = replace(layout, turned=sign.value == "turned", worded=layout.worded if sign.value != "as_is!" else None)
    placed, skipped = rows_of(table, layout)
    placed, newest_first, told = _checked(placed, sign)
    guesses = (*table.guesses, decimal, order, told, *_left_out(skipped))
    is_card = signs.program_of(table.heading) in CARDS or sign.why in {"sign_payments", "sign_purchases"}
    kind = "credit" if is_card or _is_of_card(table, places) else "depository"
    statements = statements_of(placed, newest_first=newest_first, before=table.before, kind=kind)
    return Parsed("csv", statements, guesses, _columns(table, places), _fingerprint(table), len(skipped))


def _left_out(skipped: Sequence[tuple[int, str]]) -> tuple[Guess, ...]:
    """Which lines are no movements: their numbers, and the text of the first."""
    if not skipped:
        return ()
    lines = ", ".join(str(line) for line, _text in skipped[:NAMED_LINES])
    value = f"{lines} …" if len(skipped) > NAMED_LINES else lines
    texts = " | ".join(f"{line}: {text[:80]}" for line, text in skipped[:SHOWN_LINES])
    return (Guess("left_out", value, "left_out_lines", {"lines": texts}),)


def _unmapped(table: Table, places: Mapping[str, int]) -> Parsed:
    """Its lines as they are, until a person says what the columns hold."""
    placed = [
        Placed("", "", "", Row(line, None, None, tidied(text_of(cells)), problem="columns"))
        for line, cells in table.rows
    ]
    statements = statements_of(placed, newest_first=False, before=table.before)
    return Parsed("csv", statements, table.guesses, _columns(table, places), _fingerprint(table))


def _decimal(table: Table, places: Mapping[str, int], choices: Choices, likely: str) -> Guess:
    if choices.decimal:
        return Guess("decimal", choices.decimal, "chosen")
    found = decimal_of(values_of(table, places, "amount", "debit", "credit"), likely=likely)
    if found.why == "decimal_assumed" and "balance" in places:
        return decimal_of(values_of(table, places, "balance"), likely=likely)
    return found


def _order(table: Table, places: Mapping[str, int], choices: Choices, decimal: str, likely: str) -> Guess:
    if choices.date_order:
        return Guess("date_order", choices.date_order, "chosen")
    texts = values_of(table, places, "posted", "made", "valued")
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


def _fee_sign(table: Table, places: Mapping[str, int], decimal: str) -> int:
    """1 where fees carry the sign of what they do to the account, as at PayPal; -1 where a fee is simply written."""
    fees = [fee for text in values_of(table, places, "fee") if (fee := amount_of(text, decimal))]
    return 1 if fees and sum(fee < 0 for fee in fees) * 2 >= len(fees) else -1


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
        (amount, " ".join(cell_of(row, place) for place in texts), cell_of(row, kind))
        for _line, row in table.rows[:TESTED]
        if (amount := amount_of(cell_of(row, layout.places["amount"]), layout.decimal))
    ]
    return signs.by_wording(seen) or Guess(
        "sign", "as_is", "sign_plain" if any(amount < 0 for amount, _t, _k in seen) else "sign_no_minus"
    )


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


def _is_of_card(table: Table, places: Mapping[str, int]) -> bool:
    """Whether the headings are those of a credit card: an account that is named may have cards without being one."""
    names = {plain(cell) for cell in table.heading}
    return (
        bool(names & CARD_HEADINGS) or names >= CHASE_CARD or ("account" not in places and bool(names & CARD_NUMBERS))
    )


def _columns(table: Table, places: Mapping[str, int]) -> tuple[Column, ...]:
    roles = {place: role for role, place in places.items() if role in NAMED}
    return tuple(
        Column(
            name[:80] or f"#{place + 1}",
            roles.get(place, ""),
            tuple(cell_of(row, place)[:60] for _line, row in table.rows[:SAMPLES]),
        )
        for place, name in enumerate(table.heading)
    )


def _fingerprint(table: Table) -> str:
    """The same for every file with these headings."""
    named = "\x1f".join(plain(cell) for cell in table.heading)
    return hashlib.sha256(f"csv\x1e{table.guesses[0].value}\x1e{named}".encode()).hexdigest()
