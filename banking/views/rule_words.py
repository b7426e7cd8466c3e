"""A rule in words, for the list and for what it would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banking import ruling
from banking.forms.rule_editor import DIRECTIONS, FIELDS
from banking.models import Rule
from banking.queries.ruling import Found

FIELD_NAMES = {
    "category": lambda: _("Category"),
    "merchant": lambda: _("Merchant"),
    "note": lambda: _("Note"),
    "excluded": lambda: _("Left out"),
    "tags": lambda: _("Tags"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what rules refer to, by id, and how the reader writes numbers."""

    accounts: Mapping[int, str]
    categories: Mapping[int, str]
    locale: str = "en-US"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the list; `matched` is None where it is off or rests."""

    rule: Rule
    asks: str
    does: str
    matched: int | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Before:
    """One field of a row, before and after."""

    label: str
    before: str
    after: str


def asks(node: Mapping[str, Any], names: Names, *, inside: bool = False) -> str:
    """The conditions as one sentence."""
    if "field" in node:
        return _condition(node, names)
    mode, parts = next(iter(node.items()))
    between = _(" and ") if mode == "all" else _(" or ")
    text = between.join(asks(part, names, inside=True) for part in parts)
    if mode == "none":
        return _("none of (%(conditions)s)") % {"conditions": text}
    return f"({text})" if inside and len(parts) > 1 else text


def does(actions: Mapping[str, Any], names: Names) -> str:
    """The actions as one sentence."""
    found = []
    if pk := actions.get("category_id"):
        found.append(_("file under %(name)s") % {"name": names.categories.get(pk, "?")})
    if actions.get("transfer"):
        found.append(_("mark as a transfer"))
    if merchant := actions.get("merchant"):
        found.append(_("name the merchant %(name)s") % {"name": merchant})
    if tags := actions.get("tags"):
        found.append(_("tag %(names)s") % {"names": ", ".join(tags)})
    if actions.get("note"):
        found.append(_("add a note"))
    if "exclude" in actions:
        found.append(_("leave out of totals") if actions["exclude"] else _("count in totals"))
    if parts := actions.get("split"):
        found.append(ngettext("split into %d part", "split into %d parts", len(parts)) % len(parts))
    return ", ".join(found)


def changed(found: Found, names: Names) -> list[Before]:
    """What changes in a row, field by field."""
    return [_before(change, names) for change in found.changes if change.is_visible]


def _before(change: ruling.Change, names: Names) -> Before:
    before, after = (_value(change.field, each, names) for each in (change.before, change.after))
    return Before(FIELD_NAMES[change.field](), before, after)


def _value(field: str, value: Any, names: Names) -> str:
    if field == "category":
        return names.categories.get(value, "?")
    if field == "excluded":
        return _("yes") if value else _("no")
    if field == "tags":
        return ", ".join(value) if value else "–"
    return str(value) or "–"


def _written(name: str, value: Any, names: Names) -> str:
    if name != "amount":
        return str(value)
    return str(format_decimal(Decimal(str(value)), locale=names.locale.replace("-", "_"), decimal_quantization=False))


def _condition(node: Mapping[str, Any], names: Names) -> str:
    name, op, value = node["field"], node["op"], node["value"]
    if name == "direction":
        return str(DIRECTIONS[value]).lower()
    if name == "account":
        return _("account is %(name)s") % {"name": names.accounts.get(value, "?")}
    label, ops = FIELDS[name]
    if op == "between":
        shown = " – ".join("…" if each is None else _written(name, each, names) for each in value)
    else:
        shown = _written(name, value, names) if name == "amount" else f"“{value}”"
    return f"{str(label).lower()} {ops[op]} {shown}"
