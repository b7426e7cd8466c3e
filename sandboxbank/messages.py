"""Requests and answers as the bank passes them around, apart from any socket."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from sandboxbank.encoding import encode

JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = "127.0.0.1"

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def parameter(self, name: str) -> str:
        """A value of the query string, empty when absent."""
        return dict(parse_qsl(self.query)).get(name, "")

    def form(self) -> dict[str, list[str]]:
        """The fields of a posted form."""
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200):
            fields.setdefault(name, []).append(value)
        return fields


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `accident` makes the server misbehave: reset, truncate or hang."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    accident: str = ""
    seconds: float = 0.0


def json_response(value: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(status, encode(value).encode())


def redirect(target: str) -> Response:
    """See other."""
    return Response(303, b"", HTML, (("Location", target),))
