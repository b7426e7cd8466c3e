"""Which column of a table is what: what a person chose, else what its heading says and what is in it."""

import re
from collections.abc import Mapping, Sequence

from banking.importing.amounts import is_empty
from banking.importing.facts import Choices, Refusal
from banking.importing.roles import DAYS, NAMED, currency_in, plain
from banking.importing.table import Table

CARD_NUMBERS = {"card no.", "card number"}
OWN_NUMBERS = {"account #", "account mask", "accountnum"} | CARD_NUMBERS
BANK_WORDINGS = ("original description", "full description", "original statement", "bank description")


def places_of(table: Table, choices: Choices) -> dict[str, int]:
    """The first column of each role, the choices before the guesses."""
    roles = list(table.roles)
    if choices.columns:
        for place, role in choices.columns.items():
            if place < len(roles) and (role in NAMED or not role):
                roles = ["" if each == role and role else each for each in roles]
        for place, role in choices.columns.items():
            if place < len(roles) and (role in NAMED or not role):
                roles[place] = role
    found: dict[str, int] = {}
    for place, role in enumerate(roles):
        if role == "valued" and _are_currencies(table, place):
            role = "currency"
        if role == "amount" and "amount" in found and currency_in(table.heading[place]):
            role = "other_amount"
        if role:
            found.setdefault(role, place)
    _choose_amount(table, roles, found)
    _choose_currency(roles, found)
    _choose_account(table, roles, found)
    _choose_reference(table, found)
    _choose_wording(table, roles, found)
    return found


def _are_currencies(table: Table, place: int) -> bool:
    """Whether a column headed "Valuta" holds currencies, as in Sweden, and no days, as in Germany."""
    return all(re.fullmatch(r"[A-Z]{3}", row[place].strip()) for _line, row in table.rows[:20] if place < len(row))


def _choose_amount(table: Table, roles: Sequence[str], found: dict[str, int]) -> None:
    """What a fee is already taken off comes before what it is not."""
    names = [plain(cell) for cell in table.heading]
    if "category" in names and roles[names.index("category")] == "category":
        found["category"] = names.index("category")
    nets = ("net", "netto", "total") if "fee" in found else ("net", "netto")
    for exact in (*nets, "amount", "betrag", "amount num."):
        if exact in names and roles[names.index(exact)] == "amount":
            found["amount"] = names.index(exact)
            break
    if "amount" not in found and "gross" in found:
        found["amount"] = found["gross"]
    if "amount" in found and names[found["amount"]] in nets:
        found.pop("fee", None)
    if "amount" in found and {"debit", "credit"} <= found.keys() and not _filled(table, found["amount"]):
        del found["amount"]


def _filled(table: Table, place: int) -> bool:
    return any(place < len(row) and not is_empty(row[place]) for _line, row in table.rows[:50])


def _choose_currency(roles: Sequence[str], found: dict[str, int]) -> None:
    """Of several the one that stands right after the amount."""
    after = found["amount"] + 1 if "amount" in found else len(roles)
    if after < len(roles) and roles[after] == "currency":
        found["currency"] = after


def _choose_account(table: Table, roles: Sequence[str], found: dict[str, int]) -> None:
    """A number that stands after the day may be the other side's: it is our account's where it is always the same.

    That of a card is not the account's where another column names the account.
    """
    place = found.get("number")
    if place is None:
        return
    if "account" in found and plain(table.heading[place]) in CARD_NUMBERS:
        del found["number"]
        return
    first = min((found[role] for role in ("posted", "made", "valued") if role in found), default=0)
    values = {row[place].strip() for _line, row in table.rows[:2_000] if place < len(row) and row[place].strip()}
    beside = bool({"payee", "payer"} & set(roles))
    if place > first and (beside or len(values) > 1) and plain(table.heading[place]) not in OWN_NUMBERS:
        del found["number"]


def _choose_reference(table: Table, found: dict[str, int]) -> None:
    """A column headed "reference" holds ids where each is another one and none has blanks."""
    place = found.pop("either", None)
    if place is None:
        return
    values = [row[place].strip() for _line, row in table.rows if place < len(row)]
    ids = [value for value in values if len(value) >= 8 and " " not in value and any(c.isdigit() for c in value)]
    is_id = len(values) > 0 and len(ids) == len(values) == len(set(values))
    found.setdefault("reference" if is_id else "note", place)


def _choose_wording(table: Table, roles: Sequence[str], found: dict[str, int]) -> None:
    """Beside the bank's own wording a column headed "description" is what a program made of it: the other side."""
    names = [plain(cell) for cell in table.heading]
    worded = [name for name in BANK_WORDINGS if name in names and roles[names.index(name)] == "description"]
    bank = worded[0] if worded else ""
    if bank and "description" in names:
        found.setdefault("payee", names.index("description"))
        found["description"] = names.index(bank)


def must_have(places: Mapping[str, int]) -> None:
    """Raise Refusal where no column holds the day, or none the amount."""
    if not DAYS & places.keys():
        raise Refusal("no_day_column")
    if not {"amount", "debit", "credit"} & places.keys():
        raise Refusal("no_amount_column")


def are_enough(places: Mapping[str, int]) -> bool:
    """Whether it is known which column holds the day and which the amount."""
    return bool(DAYS & places.keys() and {"amount", "debit", "credit"} & places.keys())
