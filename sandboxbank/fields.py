"""A JSON object from a client, read field by field; what is wrong becomes a PlaidError that names the field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandboxbank.encoding import decode, encode
from sandboxbank.errors import PlaidError

REQUIRED = "\0required"


class Fields:
    """One object of a request body."""

    def __init__(self, given: Mapping[str, Any], path: str = "") -> None:
        self.given, self._path = given, path

    @classmethod
    def parse(cls, body: bytes) -> "Fields":
        """The body's object; raises PlaidError when it is none."""
        try:
            given = decode(body or b"{}")
            if b"\\u" in body:
                encode(given).encode()  # half a surrogate pair is no text
        except ValueError as error:
            raise PlaidError("INVALID_BODY") from error
        if not isinstance(given, dict):
            raise PlaidError("INVALID_BODY")
        return cls(given)

    def text(self, name: str, otherwise: str = REQUIRED) -> str:
        """A string; without `otherwise` it must be there."""
        value = self.given.get(name)
        if value is None or value == "":
            if otherwise is REQUIRED:
                raise PlaidError("MISSING_FIELDS", f"the following required fields are missing: {self._path}{name}")
            return otherwise
        if not isinstance(value, str) or "\0" in value:
            raise self._wrong(name, "must be a string")
        return value

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number between two bounds, both included."""
        value = self.given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(name, f"must be a whole number from {low} to {high}")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, false when absent."""
        value = self.given.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "must be a boolean")
        return bool(value)

    def day(self, name: str, otherwise: date | None = None) -> date:
        """A date; without `otherwise` it must be there."""
        if otherwise is not None and self.given.get(name) is None:
            return otherwise
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._wrong(name, "must be a date as YYYY-MM-DD") from error

    def texts(self, name: str) -> list[str]:
        """A list of strings, empty when absent."""
        value = self.given.get(name) or []
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise self._wrong(name, "must be a list of strings")
        return value

    def section(self, name: str) -> "Fields":
        """An object inside, empty when absent."""
        value = self.given.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, "must be an object")
        return Fields(value or {}, f"{self._path}{name}.")

    def sections(self, name: str) -> list["Fields"]:
        """A list of objects, empty when absent."""
        value = self.given.get(name) or []
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise self._wrong(name, "must be a list of objects")
        return [Fields(part, f"{self._path}{name}.") for part in value]

    def _wrong(self, name: str, why: str) -> PlaidError:
        return PlaidError("INVALID_FIELD", f"{self._path}{name} {why}")
