"""A row's columns as the journal keeps them: text, or JSON where the column holds that, and null."""

from functools import lru_cache
from typing import Any

from django.db import models

STAMPS = frozenset({"updated_at"})
"""When a row was changed last says nothing about what is in it: kept nowhere, and set anew by an undo."""
Column = models.Field[Any, Any]


@lru_cache
def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """All but secrets, which are never written down a second time, and stamps."""
    found = model._meta.concrete_fields
    return tuple(each for each in found if each.name not in STAMPS and not isinstance(each, models.BinaryField))


@lru_cache
def by_name(model: type[models.Model]) -> dict[str, Column]:
    """The same, by the names that a snapshot has."""
    return {each.attname: each for each in columns_of(model)}


def written(column: Column, row: models.Model) -> Any:
    """What a snapshot holds of the column."""
    return None if column.value_from_object(row) is None else column.value_to_string(row)


def read(column: Column, kept: Any) -> Any:
    """The value that was written. Older snapshots have "None" or nothing for null."""
    if kept is None or (column.null and (kept == "None" or (kept == "" and not _is_text(column)))):
        return None
    return kept if isinstance(column, models.JSONField) else column.to_python(kept)


def _is_text(column: Column) -> bool:
    return isinstance(column, (models.CharField, models.TextField))
