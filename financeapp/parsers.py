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
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
NOT_TEXT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")

NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """Numbers with a point become `Decimal`. Raise ParseError for everything that is not plain, shallow JSON."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return loads(stream.read())


def loads(body: bytes) -> Any:
    """The value of a JSON text; raise ParseError."""
    if _is_too_deep(body):
        raise ParseError(_("The JSON is nested too deeply."))
    try:
        value = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_duplicates
        )
    except (ValueError, RecursionError) as error:
        raise ParseError(_("The body is not valid JSON.")) from error
    if NOT_TEXT.search(body):
        _must_be_text(value)
    return value


def _is_too_deep(body: bytes) -> bool:
    """Whether brackets nest beyond DEPTH. Each step reads the body once, whatever is in it."""
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return False
    without_escapes = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside_text = b"".join(without_escapes.split(b'"')[::2])
    depth = 0
    for bracket in outside_text.translate(None, NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH:
            return True
    return False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name occurs twice")
    return value


def _must_be_text(value: Any) -> None:
    """Raise ParseError when a string holds NUL or half a surrogate pair, which no database stores."""
    if isinstance(value, dict):
        for key, item in value.items():
            _must_be_text(key)
            _must_be_text(item)
    elif isinstance(value, list):
        for item in value:
            _must_be_text(item)
    elif isinstance(value, str) and NO_CHARACTER.search(value):
        raise ParseError(_("A text in the body holds a character that cannot be kept: NUL, or half of one."))
