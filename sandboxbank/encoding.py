"""JSON with exact amounts: Decimals are written as they are, prepared text is spliced in unread."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

quote = json.encoder.encode_basestring
"""The JSON string of a text; far quicker than json.dumps."""


class Prepared(str):
    """Text that is JSON already."""

    __slots__ = ()


class Spliced(list[str]):
    """A JSON list of texts that are JSON already."""

    __slots__ = ()


def encode(value: object) -> str:
    """Compact JSON of `value`; money arrives as Decimal, or as cents that `money` turned into text."""
    return "".join(_parts(value))


def _parts(value: object) -> Iterator[str]:
    match value:
        case Prepared():
            yield value
        case Spliced():
            yield from ("[", ",".join(value), "]")
        case str():
            yield quote(value)
        case None | bool() | int():
            yield json.dumps(value)
        case Decimal():
            yield f"{value:f}"
        case Mapping():
            yield "{"
            for index, (key, part) in enumerate(value.items()):
                yield f"{',' if index else ''}{quote(str(key))}:"
                yield from _parts(part)
            yield "}"
        case Sequence():
            yield "["
            for index, part in enumerate(value):
                yield "," if index else ""
                yield from _parts(part)
            yield "]"
        case _:
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
