"""The sixteen codes, the system categories, and the tables between them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FACTS = Path(__file__).parent / "facts"

Kind = Literal["income", "expense", "transfer"]

CODES: tuple[str, ...] = (
    "GROCERIES",
    "DINING",
    "SHOPPING",
    "TRANSPORT",
    "TRAVEL",
    "HOUSING",
    "UTILITIES",
    "ENTERTAINMENT",
    "HEALTH",
    "PERSONAL_CARE",
    "SERVICES",
    "GOV_CHARITY",
    "DEBT",
    "FEES",
    "INCOME",
    "TRANSFER",
)
UNCATEGORISED = "UNCATEGORISED"


@dataclass(frozen=True, slots=True)
class SystemCategory:
    """One category every book starts with.

    `parent_code` is None for the twelve top ones; `icon` is a lucide name, `colour` an index into the colour tokens
    (a child has its parent's); `judged` is the code of the sixteen that it belongs to, None for Uncategorized.
    """

    code: str
    name: str
    kind: Kind
    parent_code: str | None
    icon: str
    colour: int
    judged: str | None


@cache
def system_categories() -> tuple[SystemCategory, ...]:
    """The twelve, each followed by its children; a child's kind is its parent's."""
    with (FACTS / "categories.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            SystemCategory(
                code=row["code"],
                name=row["name"],
                kind=_kind(row["kind"]),
                parent_code=row["parent"] or None,
                icon=row["icon"],
                colour=int(row["colour"]),
                judged=row["judged"] or None,
            )
            for row in csv.DictReader(lines)
        )


def _kind(text: str) -> Kind:
    if text == "income":
        return "income"
    return "transfer" if text == "transfer" else "expense"


SYSTEM_CATEGORIES: tuple[SystemCategory, ...] = system_categories()
NAMES: Mapping[str, str] = {each.code: each.name for each in SYSTEM_CATEGORIES}
CODE_OF_SYSTEM: Mapping[str, str] = {each.code: each.judged for each in SYSTEM_CATEGORIES if each.judged}

SYSTEM_OF_CODE: Mapping[str, str] = {
    "GROCERIES": "GROCERIES",
    "DINING": "RESTAURANTS",
    "SHOPPING": "SHOPPING",
    "TRANSPORT": "TRANSPORTATION",
    "TRAVEL": "TRAVEL",
    "HOUSING": "HOUSING",
    "UTILITIES": "UTILITIES",
    "ENTERTAINMENT": "ENTERTAINMENT",
    "HEALTH": "HEALTHCARE",
    "PERSONAL_CARE": "PERSONAL_CARE",
    "SERVICES": "SERVICES",
    "GOV_CHARITY": "GOVERNMENT",
    "DEBT": "LOAN_PAYMENT",
    "FEES": "BANK_FEES",
    "INCOME": "INCOME",
    "TRANSFER": "TRANSFER",
}


@cache
def _provider_table() -> Mapping[str, tuple[str, str]]:
    with (FACTS / "pfc.csv").open(encoding="utf-8", newline="") as lines:
        return {row["identifier"]: (row["code"], row["system"]) for row in csv.DictReader(lines)}


def of_provider(detailed: str | None, primary: str | None = None) -> tuple[str, str] | None:
    """(code, system category) of a Plaid personal finance category, v1 or v2.

    An identifier that Plaid adds later falls back to its primary; None when nothing is said ("OTHER" too).
    """
    table = _provider_table()
    for identifier in (detailed, primary):
        found = table.get((identifier or "").upper()) or _longest_prefix(table, (identifier or "").upper())
        if found is not None:
            return found if found[0] else None
    return None


def _longest_prefix(table: Mapping[str, tuple[str, str]], identifier: str) -> tuple[str, str] | None:
    words = identifier.split("_")
    candidates = ("_".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    return next((table[name] for name in candidates if name in table), None)
