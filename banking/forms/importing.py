"""What a person chooses about a file, out of what the pages send."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from banking.actions import ImportAmendment, Refused
from banking.actions.import_categories import Choice
from banking.actions.importing import DECIMALS, DELIMITERS, ORDERS, SIGNS, Ticks
from banking.actions.refusals import LARGEST
from banking.importing.amounts import amount_of
from banking.importing.decoding import ENCODINGS
from banking.models import NEW, Import
from banking.queries.imports import lacks_columns

CONTROLS: Mapping[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "delimiter": DELIMITERS,
    "decimal": DECIMALS,
    "date_order": ORDERS,
    "sign": SIGNS,
}
"""What can be chosen instead of each guess."""
OF_FORMATS = {"csv": set(CONTROLS), "qif": {"encoding", "decimal", "date_order", "sign"}}
LONGEST_ID = 18


def controls_of(source: Import) -> list[str]:
    """The guesses that can be changed in a file of this format."""
    offered = OF_FORMATS.get(source.format, {"encoding"})
    return [name for name in CONTROLS if name in offered]


def choices_in(sent: QueryDict) -> ImportAmendment:
    """Of the page that shows what was understood."""
    return ImportAmendment(choices={name: sent[name] for name in CONTROLS if name in sent})


def mapping_in(sent: QueryDict, source: Import) -> ImportAmendment:
    """Of the page that maps columns, accounts and categories; only what is another than before is named.

    Raise Refused where the columns have to be chosen first.
    """
    changes = ImportAmendment()
    columns = {
        str(place): sent[f"column-{place}"]
        for place, column in enumerate(source.columns)
        if f"column-{place}" in sent and sent[f"column-{place}"] != column["role"]
    }
    if not columns and lacks_columns(source):
        raise Refused(_("Say which column holds the day and which the amount."), field="columns")
    if columns:
        kept = {str(place): column["role"] for place, column in enumerate(source.columns) if column["role"]}
        changes["choices"] = {"columns": {**source.choices.get("columns", {}), **kept, **columns}}
    accounts = {
        place: target
        for place in range(len(source.statements))
        if f"account-{place}" in sent and (target := _target(sent, place)) != _before(source, place)
    }
    if accounts:
        changes["accounts"] = accounts
    words = sent.getlist("word")
    categories = {word: _category(str(sent.get(f"category-{number}", ""))) for number, word in enumerate(words)}
    if categories:
        changes["categories"] = categories
    if "all-new" in sent:
        changes["all_new"] = True
    return changes


def _before(source: Import, place: int) -> dict[str, Any]:
    statement = source.statements[place]
    return {name: statement[name] for name in ("account", "new") if statement.get(name)}


def _target(sent: QueryDict, place: int) -> dict[str, Any]:
    chosen = str(sent[f"account-{place}"])
    if chosen == "new":
        opening = amount_of(str(sent.get(f"opening-{place}", "") or "0"), ".")
        if opening is None or abs(opening) >= LARGEST:
            raise Refused("Enter the opening balance as a number with a point, such as 1250.50.", field="accounts")
        return {
            "new": {
                "name": sent.get(f"name-{place}", ""),
                "kind": sent.get(f"kind-{place}", ""),
                "currency": sent.get(f"currency-{place}", "").upper(),
                "opening": format(opening, "f"),
            }
        }
    found = _id(chosen)
    return {"account": found} if found else {}


def _category(text: str) -> Choice:
    return NEW if text == NEW else _id(text)


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


def ticks_in(sent: QueryDict) -> Ticks:
    """Of the page of rows."""
    return Ticks(shown=_positions_in(sent, "shown"), ticked=_positions_in(sent, "row"))


def _positions_in(sent: QueryDict, name: str) -> frozenset[int]:
    return frozenset(int(text) for text in sent.getlist(name)[:500] if text.isdecimal() and len(text) < 9)
