"""Writing JSON: amounts as decimal strings, and never an error because of what a text contains."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def dumps(data: Any) -> bytes:
    """JSON in UTF-8. What orjson refuses (half surrogate pairs, integers beyond 64 bits) is replaced or spelled out."""
    try:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(data, default=_plain, ensure_ascii=False).encode("utf-8", errors="replace")


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else JSONEncoder().default(value)


class AnyAccept(DefaultContentNegotiation):
    """A client that asks for a type we do not have gets JSON instead of 406."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type
