"""The operations that the API describes, with bodies it takes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = {"get", "post", "put", "patch", "delete"}
Schema = dict[str, Any]
ROWS = {
    "account_id": "manual",
    "account_ids": "accounts",
    "category_id": "categories",
    "parent_id": "categories",
    "ids": "transactions",
    "refund_id": "refund_id",
    "rule_id": "rules",
    "order": "rules",
    "merchant_id": "other_merchants",
    "link_token": "link_token",
    "items": "review",
    "outgoing_id": "outgoing",
    "incoming_id": "incoming",
    "source_id": "budgets",
    "target_id": "other_budgets",
    "category_ids": "categories",
    "member_id": "user_id",
    "holder_id": "user_id",
}
"""The fields of bodies that name a row, and under which name `walking.rows_in` gives one."""


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: the schemas of its body's fields and of the parameters of its query string, by name."""

    method: str
    path: str
    fields: dict[str, Schema]
    required: tuple[str, ...]
    query: dict[str, Schema]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def body(self, *also: str) -> dict[str, Any]:
        """A value of the right shape for each field that must be there and each one named; never an empty body."""
        wanted = (*self.required, *also) or tuple(name for name in self.fields if name not in ROWS)[:1]
        return {name: sample(self.fields[name]) for name in wanted}


@cache
def operations() -> tuple[Described, ...]:
    """Every operation, by path."""
    schema: Schema = SchemaGenerator().get_schema(request=None, public=True)
    return tuple(
        _described(method, path, operation, schema)
        for path, methods in sorted(schema["paths"].items())
        for method, operation in methods.items()
        if method in METHODS
    )


def _described(method: str, path: str, operation: Schema, schema: Schema) -> Described:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = _resolved(body, schema)
    return Described(
        method=method,
        path=path,
        fields={name: _resolved(field, schema) for name, field in body.get("properties", {}).items()},
        required=tuple(body.get("required", ())),
        query={each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"},
    )


def _resolved(part: Schema, schema: Schema) -> Schema:
    """What a reference stands for, also one among notes of its own."""
    [reference] = [each["$ref"] for each in (part, *part.get("allOf", ())) if "$ref" in each] or [""]
    return schema["components"]["schemas"][reference.rsplit("/", 1)[-1]] if reference else part


SAMPLES = {"date": "2026-03-01", "decimal": "-1.00", "email": "someone@example.com", "uri": "http://testserver/"}


def sample(field: Schema) -> Any:
    """A value of the shape that the schema describes."""
    if "enum" in field:
        return field["enum"][0]
    kind = field.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [sample(field["items"])]
    if field.get("format") == "decimal" and not field.get("pattern", "^-").startswith("^-"):
        return "1.00"
    plain = {"integer": field.get("minimum", 1), "boolean": True, "object": {}}
    return plain.get(kind, SAMPLES.get(field.get("format", ""), _text(field)))


def _text(field: Schema) -> str:
    return "USD" if field.get("maxLength") == 3 or "A-Z" in field.get("pattern", "") else "03-01"
