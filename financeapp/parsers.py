"""Reading JSON strictly: what is ambiguous, endless or not text is refused before anything looks at it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEPTH = 32
BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
NOT_TEXT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class StrictJSONParser(BaseParser):
    """Numbers with a point become `Decimal`. Raise ParseError for everything that is not plain, shallow JSON."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return loads(stream.read())


def loads(body: bytes) -> Any:
    """The value of a JSON text; raise ParseError."""
    if _depth(body) > DEPTH:
        raise ParseError(_("The JSON is nested too deeply."))
    try:
        value = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_duplicates
        )
        if NOT_TEXT.search(body):
            _must_be_text(value)
    except (ValueError, RecursionError) as error:
        raise ParseError(_("The body is not valid JSON.")) from error
    return value


def _depth(body: bytes) -> int:
    """The deepest nesting; counted only where the number of brackets could pass the limit."""
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return 0
    depth = deepest = 0
    for match in BRACKETS.finditer(body):
        if match[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in b"]}":
            depth -= 1
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name occurs twice")
    return value


def _must_be_text(value: Any) -> None:
    """Raise ValueError when a string holds NUL or half a surrogate pair, which no database stores."""
    if isinstance(value, dict):
        for key, item in value.items():
            _must_be_text(key)
            _must_be_text(item)
    elif isinstance(value, list):
        for item in value:
            _must_be_text(item)
    elif isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL is not text")
