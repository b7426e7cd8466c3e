"""Answers held against the vendor's schema, where a copy is at hand, and against the installed library's models."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import plaid
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker
from plaid.api.plaid_api import PlaidApi
from plaid.exceptions import ApiTypeError, ApiValueError
from plaid.model.plaid_error import PlaidError
from plaid.model_utils import ModelNormal, validate_and_convert_types

FILE = Path(os.environ.get("PLAID_SPEC", ""))
ROWS = 12
CONFIGURATION = plaid.Configuration()


class Validator:
    """A watcher of a bank: remembers what it saw and what was wrong with it."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self.problems: list[str] = []

    def __call__(self, path: str, status: int, body: bytes) -> None:
        """Look at one answer; of long lists only some rows, spread evenly."""
        answer = {name: _sample(value) for name, value in json.loads(body).items()}
        self.seen.add((path, status))
        found = [*self._against_spec(path, status, answer), *self._against_library(path, status, answer)]
        self.problems += [f"{path} {status} {problem}" for problem in found]

    def _against_spec(self, path: str, status: int, answer: object) -> list[str]:
        if not FILE.is_file() or path not in _spec()["paths"]:
            return []
        found = _validator(path, "200" if status == 200 else "default").iter_errors(answer)
        return [f"spec: {'/'.join(map(str, each.absolute_path))}: {each.message[:120]}" for each in found]

    def _against_library(self, path: str, status: int, answer: object) -> list[str]:
        model = _models()[path] if status == 200 else PlaidError
        try:
            parsed = validate_and_convert_types(
                answer, (model,), ["received_data"], True, True, configuration=CONFIGURATION
            )
        except (TypeError, ValueError, ApiTypeError, ApiValueError) as error:
            return [f"library: {str(error)[:160]}"]
        return [f"library: unknown {stranger}" for stranger in _strangers(parsed)]


@cache
def _spec() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))


@cache
def _validator(path: str, status: str) -> OAS30ReadValidator:
    schema = _spec()["paths"][path]["post"]["responses"][status]["content"]["application/json"]["schema"]
    rooted = {**schema, "components": _spec()["components"]}
    return OAS30ReadValidator(rooted, format_checker=oas30_format_checker)


@cache
def _models() -> dict[str, type]:
    """The library's model of each endpoint's answer."""
    found = [getattr(each, "settings", None) for each in vars(PlaidApi(plaid.ApiClient(CONFIGURATION))).values()]
    return {each["endpoint_path"]: each["response_type"][0] for each in found if each and each["response_type"]}


def _sample(value: Any) -> Any:
    return value[:: max(len(value) // ROWS, 1)] if isinstance(value, list) else value


def _strangers(answer: object) -> list[str]:
    """Keys, at any depth, that the library's models do not have."""
    if isinstance(answer, ModelNormal):
        own = [f"{type(answer).__name__}.{name}" for name in set(answer._data_store) - set(type(answer).attribute_map)]
        return own + [name for value in answer._data_store.values() for name in _strangers(value)]
    return [name for value in answer for name in _strangers(value)] if isinstance(answer, list) else []
