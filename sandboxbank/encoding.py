"""JSON with exact amounts: Decimals are written as they are, prepared text is spliced in unread."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal


class Prepared(str):
    """Text that is JSON already."""

    __slots__ = ()


def encode(value: object) -> str:
    """Compact JSON of `value`; money arrives as Decimal or cents that `money` turned into text."""
    match value:
        case Prepared():
            return str(value)
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            return f"{value:f}"
        case Mapping():
            return "{" + ",".join(f"{json.dumps(str(key))}:{encode(part)}" for key, part in value.items()) + "}"
        case Sequence():
            return "[" + ",".join(map(encode, value)) + "]"
    raise TypeError(f"no JSON for {type(value).__name__}")


def decode(text: str | bytes) -> object:
    """The value of a JSON text, numbers with a point as Decimal."""
    return json.loads(text, parse_float=Decimal)


def money(cents: int) -> Prepared:
    """Cents as a JSON number with exactly two decimals."""
    sign, size = ("-", -cents) if cents < 0 else ("", cents)
    return Prepared(f"{sign}{size // 100}.{size % 100:02d}")


def cents(amount: object) -> int:
    """A JSON number of an amount as cents; ValueError when it is finer than a cent or no number."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise ValueError(f"{amount!r} is no amount")
    scaled = Decimal(amount) * 100
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is finer than a cent")
    return int(scaled)
