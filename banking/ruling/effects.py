"""What a rule does to the rows it means.

As JSON: {"category_id", "merchant", "tags", "note", "exclude", "transfer", "split": [{"kind", "value", "category_id",
"note", "account_id"}]}, of which at least one is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.plain import plain_lines, plain_text
from banking.ruling.conditions import LARGEST, BadRule
from banking.ruling.splitting import KINDS, Part

NAMES = {"category_id", "merchant", "tags", "note", "exclude", "transfer", "split"}
PART_NAMES = {"kind", "value", "category_id", "note", "account_id"}
MOST_TAGS, MOST_PARTS = 20, 20
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Effects:
    """What is set; None, "" and () leave things as they are. A transfer is filed under the category of transfers."""

    category: int | None = None
    merchant: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    exclude: bool | None = None
    transfer: bool = False
    split: tuple[Part, ...] = ()


def effects_of(given: object) -> Effects:
    """The effects of JSON; raise BadRule."""
    if not isinstance(given, Mapping):
        raise _bad(_("Say what the rule does."))
    if unknown := sorted(map(str, given.keys() - NAMES)):
        raise _bad(_("Unknown action: %(name)s.") % {"name": unknown[0]})
    found = Effects(
        category=_id(given.get("category_id")),
        merchant=_text(given.get("merchant"), 120),
        tags=_tags(given.get("tags")),
        note=_text(given.get("note"), 2000, lines=True),
        exclude=_flag(given.get("exclude")),
        transfer=bool(_flag(given.get("transfer"))),
        split=_split(given.get("split")),
    )
    if found == Effects():
        raise _bad(_("Choose at least one thing that the rule does."))
    if found.category is not None and found.transfer:
        raise _bad(_("A transfer has a category of its own: choose a category or mark a transfer."))
    return found


def effects_shape(effects: Effects) -> dict[str, Any]:
    """The JSON of effects, without what they leave alone."""
    found: dict[str, Any] = {
        "category_id": effects.category,
        "merchant": effects.merchant,
        "tags": list(effects.tags),
        "note": effects.note,
        "exclude": effects.exclude,
        "transfer": effects.transfer,
        "split": [_part_shape(part) for part in effects.split],
    }
    return {name: value for name, value in found.items() if value or (name == "exclude" and value is not None)}


def _part_shape(part: Part) -> dict[str, Any]:
    found = {
        "kind": part.kind,
        "value": None if part.kind == "remainder" else format(part.value, "f"),
        "category_id": part.category,
        "note": part.note,
        "account_id": part.account,
    }
    return {name: value for name, value in found.items() if value}


def _bad(message: str) -> BadRule:
    return BadRule(message, field="actions")


def _id(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise _bad(_("Name a row by its id."))
    return value


def _flag(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _bad(_("Give true or false."))
    return value


def _text(value: object, length: int, *, lines: bool = False) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _bad(_("Give a text."))
    value = value.strip()
    try:
        (plain_lines if lines else plain_text)(value)
    except ValidationError as error:
        raise _bad(" ".join(error.messages)) from error
    if len(value) > length:
        raise _bad(_("This may have at most %(length)d characters.") % {"length": length})
    return value


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_TAGS:
        raise _bad(_("Give a list of at most %(count)d tags.") % {"count": MOST_TAGS})
    names = [_text(each, 40) for each in value]
    return tuple({name.casefold(): name for name in names if name}.values())


def _split(value: object) -> tuple[Part, ...]:
    if not value:
        return ()
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_PARTS:
        raise _bad(_("A split has 2 to %(count)d parts.") % {"count": MOST_PARTS})
    parts = tuple(_part(each) for each in value)
    rests = sum(part.kind == "remainder" for part in parts)
    shares = sum((part.value for part in parts if part.kind == "percent"), Decimal(0))
    only_shares = all(part.kind == "percent" for part in parts)
    if shares > WHOLE or (only_shares and shares != WHOLE):
        raise _bad(_("The percentages of a split sum to 100, or to less with a part for what is left."))
    if rests > 1 or (not rests and not only_shares):
        raise _bad(_("A split has exactly one part for what is left."))
    return parts


def _part(given: object) -> Part:
    if not isinstance(given, Mapping) or given.keys() - PART_NAMES or given.get("kind") not in KINDS:
        raise _bad(_("A part has a kind: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    kind, account = given["kind"], _id(given.get("account_id"))
    if kind == "interest" and account is None:
        raise _bad(_("Name the loan that the interest is on."))
    value = Decimal(0) if kind == "remainder" else _size(given.get("value"))
    if kind in {"percent", "interest"} and value > WHOLE:
        raise _bad(_("A percentage is at most 100."))
    note = _text(given.get("note"), 200)
    return Part(kind, value, _id(given.get("category_id")), note, account if kind == "interest" else None)


def _size(value: object) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else Decimal(0)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or not 0 < found < LARGEST or found != round(found, 4):
        raise _bad(_("Give each part a value above zero, with at most four decimal places."))
    return found
